"""What people have asked the demo's company for: a handful of requests, so that each state of the queue has one.

Made by the same verbs as in use, for people of the generated company; the worker looks up and carries out what is
decided once the demo serves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gallra.site.demo_access import make_alva

DAY = timedelta(days=1)


def make_requests(now: datetime) -> int:
    """One request in each state, in the caller's transaction; how many."""
    from gallra.rights.models import Request

    people = _people()
    alva = f"user {make_alva().pk}"
    _to_sort(now)
    _waiting(next(people), now)
    _by_telephone(next(people), alva, now)
    _by_letter(alva, now)
    _to_decide(people, alva, now)
    _closed(people, alva, now)
    _beside(next(people), alva, now)
    return Request.objects.count()


def _people() -> Iterator[str]:
    """Addresses of the company's people, each once: at first those whom only the newsletter knows."""
    from gallra.registers.crm.models import Contact as Prospect
    from gallra.registers.finance.models import Contact as Payer
    from gallra.registers.newsletter.models import Contact as Reader
    from gallra.registers.support.models import Contact as Reporter

    known = [
        set(model._default_manager.exclude(email=None).values_list("email", flat=True))
        for model in (Reporter, Prospect, Payer)
    ]
    readers = Reader.objects.exclude(email=None).order_by("pk").values_list("email", flat=True)
    alone = [address for address in readers if address and not any(address in each for each in known)]
    reporters = Reporter.objects.exclude(email=None).order_by("pk").values_list("email", flat=True)
    given: set[str] = set()
    for address in (*alone[:3], *reporters, *readers):
        if address and address not in given:
            given.add(address)
            yield address


def _ask(right: str, channel: str, now: datetime, *, days: int = 0, **more: Any) -> Any:
    """A request that reached us some days ago."""
    from gallra.rights import requests

    return requests.receive(right=right, channel=channel, received_at=now - days * DAY, now=now, **more)


def _to_sort(now: datetime) -> None:
    _ask(
        "unsorted", "mail", now, days=3, address="kim.lund@exempel.example", name="Kim Lund", by="mailbox",
        said="Mina uppgifter\n\nHej! Vad har ni sparat om mig, och hur länge blir det kvar?\n\nKim Lund",
    )  # fmt: skip


def _waiting(address: str, now: datetime) -> None:
    _ask("erasure", "web", now, address=address, stop_mailings=True, wants_told=True)


def _by_telephone(address: str, alva: str, now: datetime) -> None:
    _ask(
        "access", "phone", now, days=26, address=address, by=alva,
        said="Ringde och vill veta vad vi har om henne. Ring inte tillbaka, svara med brev eller e-post.",
    )  # fmt: skip


def _by_letter(alva: str, now: datetime) -> None:
    from gallra.rights import requests

    letter = _ask(
        "rectification", "letter", now, days=10, name="Robin Berg", by=alva,
        said="Brevet säger att telefonnumret är fel. Ingen e-postadress, och två personer heter så.",
    )  # fmt: skip
    requests.ask_identity(letter.pk, reason="Två personer i registren har det namnet.", by=alva, now=now)


def _to_decide(people: Iterator[str], alva: str, now: datetime) -> None:
    """Those that are looked up when the demo serves: a clear erasure, a copy with a mention, a correction that was
    extended, a restriction, an objection."""
    from gallra.rights import requests

    _ask("erasure", "web", now, days=2, address=next(people), stop_mailings=True, signed_in=True)
    reporter = next(people)
    _mention(reporter, now)
    _ask("access", "web", now, days=5, address=reporter, signed_in=True)
    wrong = _ask(
        "rectification", "web", now, days=20, address=next(people), signed_in=True, language="en",
        wishes={"phone": "+46 8 505 000 17"}, said="The number is my old one.",
    )  # fmt: skip
    requests.extend(wrong.pk, reason="We have to ask the supplier of another system.", by=alva, now=now)
    _ask("restriction", "web", now, days=1, address=next(people), signed_in=True)
    _ask("objection", "web", now, address=next(people), signed_in=True)


def _closed(people: Iterator[str], alva: str, now: datetime) -> None:
    """Those that are answered when the demo serves, one that was refused and one that was no request."""
    from gallra.rights import deciding, looking, reasons, requests

    _ask("stop", "web", now, address=next(people))
    reasons.give("Jag får för många brev.", on=now.date())
    copy = _ask("access", "web", now, days=8, address=next(people), signed_in=True)
    looking.look_up(copy.pk, now=now)
    for twin in copy.twins.all():
        deciding.decide_twin(copy.pk, twin.pk, verdict="other", reason="En kollega.", by=alva, now=now)
    for mention in copy.mentions.all():
        deciding.decide_mention(
            copy.pk, mention.pk, verdict="leave", reason="Någon annans text.", by=alva, now=now
        )
    deciding.approve(copy.pk, by=alva, now=now)
    often = _ask(
        "portability", "phone", now, days=12, address=next(people), by=alva, said="Tredje gången i år."
    )
    deciding.refuse(often.pk, reasons="Vi lämnade samma uppgifter för två veckor sedan.", by=alva, now=now)
    advertisement = _ask(
        "unsorted", "mail", now, days=6, address="reklam@annons.example", by="mailbox",
        said="Billiga skrivare\n\nVi har Sveriges billigaste skrivare.",
    )  # fmt: skip
    requests.withdraw(advertisement.pk, reason="Reklam, ingen begäran.", by=alva, now=now)


def _beside(address: str, alva: str, now: datetime) -> None:
    """A disclosure to an authority, and a breach that is to be judged and reported."""
    from gallra.rights import breaches, disclosures

    disclosures.record(
        to="authority", recipient="Polisen", ground="legal process", why="Editionsföreläggande i mål B 1234-26",
        extent="Två ärenden och kontaktuppgifterna till den som anmälde dem.", approved_by=alva, address=address,
        kinds=["support.case"], by=alva, now=now,
    )  # fmt: skip
    breaches.enter(
        what="En bärbar dator med en kopia av supportens ärenden glömdes på ett tåg. Disken är krypterad.",
        known_at=now - timedelta(hours=20), happened_at=now - timedelta(hours=26), kinds=["support.case"], by=alva,
        now=now,
    )  # fmt: skip


def _mention(address: str, now: datetime) -> None:
    """A note in a colleague's open case names the person, and a document that came with it."""
    from gallra.registers.support import actions
    from gallra.registers.support.models import Case, Contact

    person = Contact.objects.filter(email=address).first()
    if person is None or not person.name:
        return
    case = (
        Case.objects.filter(closed_at=None, archived_at=None).exclude(contact=person).order_by("pk").first()
    )
    if case is None:
        return
    actions.log_phone_note(
        case.pk,
        text=f"Ringde. {person.name} har samma fel på sin dator.",
        channel="phone",
        actor="job",
        now=now,
    )
    said = f"Felrapport\n\nFelet kom först på {person.name}s dator och sedan på min.\nJag har startat om två gånger.\n"
    actions.attach(
        case.pk, [said.encode()], name="felrapport.txt", media_type="text/plain", actor="job", now=now
    )
