"""Breaches: the 72-hour clock, whom they concern, messages to them once, the report (Articles 33 and 34)."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from html import unescape

import pytest
from pypdf import PdfReader

from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.registers.newsletter.models import Contact as Reader
from gallra.registers.newsletter.models import Subscription, Topic
from gallra.registers.support.models import Concerned
from gallra.rights import breach_affected, breach_report, breach_telling, breaches
from gallra.rights.breach_telling import Words, tell
from gallra.rights.models import Affected, Breach
from tests.person.world import Seed
from tests.rights.refusing import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, ask, jobs, policy
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.article("33")]
HOUR = timedelta(hours=1)
DAN = "dan@tredje.example"


def entered(**more: object) -> Breach:
    policy()
    return breaches.enter(
        what="En säkerhetskopia har kommit bort", known_at=NOW - 2 * HOUR, by=ALVA, now=NOW,
        kinds=["support.case"], **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_clock_runs_from_when_it_was_known_and_staff_are_reminded_once_each() -> None:
    made = entered()
    assert breaches.one(made.pk, NOW).left == 70
    assert breaches.remind(NOW) == 0
    assert [breaches.remind(NOW + hours * HOUR) for hours in (23, 24, 47, 65, 66, 71, 80)] == [
        1,
        0,
        1,
        1,
        0,
        1,
        0,
    ]
    assert Outgoing.objects.filter(text="rights/clock").count() == 4
    refused("received_later", breaches.reported, made.pk, at=NOW - 3 * HOUR, by=ALVA, now=NOW)
    refused("late_needs_reason", breaches.reported, made.pk, at=NOW + 71 * HOUR, by=ALVA, now=NOW + 4 * DAY)
    refused("not_reported", breaches.close, made.pk, by=ALVA, now=NOW)
    breaches.reported(made.pk, at=NOW + 60 * HOUR, by=ALVA, now=NOW + 4 * DAY, reference="IMY-2026-1")
    assert breaches.one(made.pk, NOW + 4 * DAY).left is None
    breaches.close(made.pk, by=ALVA, now=NOW + 5 * DAY)
    refused("breach_closed", breaches.note, made.pk, text="Mer", by=ALVA, now=NOW + 6 * DAY)
    told = [entry.body["event"] for entry in Entry.objects.filter(action="breach").order_by("number")]
    assert told == ["entered", "reported", "closed"]


@pytest.mark.article("34")
def test_everybody_whom_it_concerns_is_told_once_in_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    made = entered()
    concerned = case(contact=contact(BO), messages=1)
    Concerned.objects.create(case=concerned, contact=contact(CLEO), added_at=NOW)
    case(contact=contact(DAN))
    ask("access", address=CLEO, language="en", now=NOW - DAY)
    topic = Topic.objects.create(code="nytt", title_sv="Nytt", title_en="News")
    Subscription.objects.create(
        contact=Reader.objects.create(email=BO), topic=topic, source="order", language="sv"
    )
    assert breach_affected.look(made.pk, by=ALVA, now=NOW) == {"support.case": 3}
    assert breach_affected.look(made.pk, by=ALVA, now=NOW) == {"support.case": 3}
    assert set(Affected.objects.values_list("address", flat=True)) == {BO, CLEO, DAN}
    said = {"consequences": "Obehöriga kan läsa", "measures": "Nycklarna är bytta"}
    breaches.judge(made.pk, risk="high", **said, by=ALVA, now=NOW)
    refused("reason_needed", tell, made.pk, message="", by=ALVA, now=NOW)
    refused("reason_needed", tell, made.pk, message="x", also={"en": Words(" ")}, by=ALVA, now=NOW)
    monkeypatch.setattr(breach_telling, "BATCH", 2)
    english = {"en": Words("We lost a <copy>.", "Strangers may read it", "The keys are changed")}
    whole = {"message": "Vi har tappat en kopia.", "also": english, "by": ALVA, "now": NOW}
    refused("others_to_tell", tell, made.pk, **whole, people=2)
    assert tell(made.pk, **whole, people=3) == 3  # type: ignore[arg-type]
    assert ("tell_of_breach", {"breach": made.pk}) in jobs()
    assert not Outgoing.objects.filter(text="rights/breach").exists()
    assert breach_telling.take_up(NOW + HOUR / 4, late=HOUR / 2) == 0
    assert [breach_telling.take_up(NOW + HOUR, late=HOUR / 2) for _time in (1, 2)] == [1, 0], (
        "a job that was lost"
    )
    assert breach_telling.send(made.pk, now=NOW) == 3
    assert breach_telling.send(made.pk, now=NOW) == 0
    Affected.objects.create(breach=made, address="eva@fjarde.example")
    breach_affected.look(made.pk, by=ALVA, now=NOW)
    assert breach_telling.take_up(NOW + HOUR, late=HOUR / 2) == 0, "listed later: staff say so again"
    Affected.objects.filter(address="eva@fjarde.example").delete()
    bos, cleos, dans = Outgoing.objects.filter(text="rights/breach").order_by("address")
    sv = (
        "Vi har tappat en kopia.",
        "Obehöriga kan läsa",
        "Nycklarna är bytta",
        "Integritetsskyddsmyndigheten",
    )
    en = ("We lost a <copy>.", "Strangers may read it", "The keys are changed", "This is what we know")
    for mail, there, lacking in ((bos, sv, en), (cleos, en, sv[:3]), (dans, (*sv, *en), ())):
        assert all(part in mail.plain and part in unescape(mail.html) for part in there)
        assert not any(part in mail.plain + mail.html for part in lacking)
    assert "<copy>" not in cleos.html
    assert (bos.language, cleos.language, dans.language) == ("sv", "en", "sv")
    assert [mail.subject.count(" / ") for mail in (bos, cleos, dans)] == [0, 0, 1]
    assert 'lang="sv"' in dans.html.partition("<body>")[2]
    assert 'lang="en"' in dans.html.partition("<body>")[2]
    assert (breaches.one(made.pk, NOW).affected, breaches.one(made.pk, NOW).told) == (3, 3)


def test_the_report_names_nobody_and_says_everything_that_the_article_asks_for() -> None:
    made = entered(happened_at=NOW - 5 * HOUR)
    Seed("Mark", BO).everything()
    breach_affected.look(made.pk, by=ALVA, now=NOW)
    breaches.note(made.pk, text="Servern stängd", by=ALVA, now=NOW + HOUR)
    said = json.loads(breach_report.export_file(made.pk, now=NOW + HOUR))
    assert (said["people"], said["risk"], said["records"][0]["sv"]) == (1, "unknown", "ärenden")
    assert said["report_by"] == (NOW + 70 * HOUR).isoformat()
    sv, en = (breach_report.letter(made.pk, language=language, now=NOW + HOUR) for language in ("sv", "en"))
    assert "En säkerhetskopia har kommit bort" in sv
    assert "Servern stängd" in en
    assert "Integritetsskyddsmyndigheten" in sv
    assert BO not in sv + en + json.dumps(said)
    assert sv != en
    for language, words in (("sv", "Servern stängd"), ("en", "Report of a breach of personal data")):
        reader = PdfReader(io.BytesIO(breach_report.pdf(made.pk, language=language, now=NOW + HOUR)))
        assert words in " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        assert str(reader.root_object["/Lang"]) == language
        assert "'/Marked': True" in str(reader.root_object["/MarkInfo"])


def test_what_is_refused() -> None:
    policy()
    refused("not_a_kind", breaches.enter, what="x", known_at=NOW, by=ALVA, now=NOW, kinds=["no.kind"])
    refused("received_later", breaches.enter, what="x", known_at=NOW + HOUR, by=ALVA, now=NOW)
    refused("unknown_breach", breaches.one, 999, NOW)
    refused("unknown_breach", tell, 999, message="x", by=ALVA, now=NOW)
    made = entered()
    refused("not_a_risk", breaches.judge, made.pk, risk="terrible", by=ALVA, now=NOW)
