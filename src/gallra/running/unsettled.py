"""What a restore could not do again, until somebody has seen to it: the board shows it so long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallra.kinds import Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.ledger.models import Entry
from gallra.running import replay
from gallra.running.behind import behind
from gallra.running.installed import newest
from gallra.running.report import FindingLine

NAMES = ("kind", "record", "system", "right", "event", "recipient")
"""What entries say that tells one from another, and nothing of anyone."""
NUMBERED = ("hold", "request", "breach", "notice", "restriction")
"""What is known by a number."""
BASIS = "GDPR 5.1 e, 17"
WHAT_TO_DO = {
    "account": gettext_lazy(
        "Close the account again, or open it: gallra staff, or the office's page of the person."
    ),
    "adoption": gettext_lazy("Adopt the version again: gallra adopt."),
    "attestation": gettext_lazy("Ask for the word again: gallra attest."),
    "breach": gettext_lazy(
        "Look whether the breach and this step of it are in the register, and enter them again from what was written "
        "then: gallra breaches."
    ),
    "correction": gettext_lazy("Look up who asked for it and correct it again: gallra correct."),
    "disclosure": gettext_lazy(
        "Find to whom data was given, and enter it again with its ground, extent and approver: gallra disclosures add."
    ),
    "erasure.intent": gettext_lazy("Look up who asked for it and erase the person again: gallra erase."),
    "erasure.receipt": gettext_lazy("Look up who asked for it and erase the person again: gallra erase."),
    "correction.intent": gettext_lazy("Look up who asked for it and correct it again: gallra correct."),
    "hold.added": gettext_lazy("Hold it again: gallra hold add."),
    "hold.released": gettext_lazy("Look whether it is to be released: gallra hold list."),
    "mailings.confirmed": gettext_lazy(
        "Nothing is mailed meanwhile. The person can subscribe again; ask them only if they write."
    ),
    "mailings.stopped": gettext_lazy("Look up who asked for it and stop the mailings again."),
    "notice": gettext_lazy(
        "Look whether the recipient has been told of the change, and tell them or note it: gallra disclosures notices."
    ),
    "removal": gettext_lazy("Look up what was taken out of the record, and take it out again."),
    "request": gettext_lazy(
        "Find the request (mail, letter, note) and register it again as it stood; its day runs from its receipt."
    ),
    "restore": gettext_lazy("Find what bore these numbers (mail sent, printouts) and book it again by hand."),
    "?": gettext_lazy("It is not known any more what it was; gallra restore said so when it ended."),
    "restriction": gettext_lazy(
        "The data is restricted, or not, by its hold. Look at the ground and at whether it was to end: "
        "gallra restrictions list."
    ),
    "review": gettext_lazy("Decide it again: gallra review decide."),
    "review.intent": gettext_lazy("Decide it again: gallra review decide."),
}
"""By action: what a person can do about what was not done again."""


@dataclass(frozen=True, slots=True)
class Left:
    """One thing to see to. number: of its entry, and what `settle` takes; about: impersonal, "hold 4"."""

    number: int
    action: str
    about: str
    to_do: str
    entry: Mapping[str, Any] = field(repr=False)


class NotLeft(Exception):
    """The numbers are not of anything that is left to see to. Nothing was written."""

    def __init__(self, numbers: Iterable[int]) -> None:
        super().__init__(", ".join(map(str, numbers)))

    def __str__(self) -> str:
        return _("No restore has left these to see to: %(numbers)s. Nothing was changed.") % {
            "numbers": self.args[0]
        }


def described(number: int, entry: Mapping[str, Any]) -> Left:
    """What an entry is about, and what to do about it."""
    body, action = entry["body"], str(entry["action"])
    known = (
        *(str(body[word])[:60] for word in NAMES if body.get(word) is not None),
        *(f"{word} {body[word]}" for word in NUMBERED if body.get(word) is not None),
        *map(str, body.get("promises", ())), *((str(body["file"])[:19],) if "file" in body else ()),
        *(f"{series}: {count}" for series, count in sorted(body.get("lost", {}).items())),
    )  # fmt: skip
    fallback = _("The next sweep takes what is due by then.")
    return Left(number, action, " ".join(known) or "–", str(WHAT_TO_DO.get(action, fallback)), entry)


def left() -> tuple[Left, ...]:
    """Everything that restores have left and nobody has seen to yet, by number."""
    restores = list(Entry.objects.filter(action="restore").order_by("number"))
    if not restores:
        return ()
    wanted: set[int] = set()
    for restore in restores:
        wanted.update(*(restore.body.get(why, ()) for why in ("skipped", "unlisted", "unsure")))
        if restore.body.get("lost"):
            wanted.add(restore.number)
    for settled in Entry.objects.filter(action="restore.settled"):
        wanted.difference_update(settled.body["keys"])
    there: dict[int, Mapping[str, Any]] = (
        {line.number: line.entry for line in replay.lines()} if wanted else {}
    )
    there |= {e.number: {"action": e.action, "body": e.body} for e in Entry.objects.filter(number__in=wanted)}
    unknown = {"action": "?", "body": {}}
    return tuple(described(number, there.get(number, unknown)) for number in sorted(wanted))


def settle(numbers: Iterable[int], *, now: datetime, by: str) -> int:
    """Write down that a person has seen to these: the number of the entry. Raises NotLeft."""
    wanted = sorted(set(numbers))
    if strange := sorted(set(wanted) - {each.number for each in left()}):
        raise NotLeft(strange)
    body = {"keys": wanted, "by": commit(by, salt=new_salt())}
    with transaction.atomic():
        entry = append(action="restore.settled", body=body, now=now, policy=newest())
    replay.withdraw(set(wanted) & {line.number for line in replay.lines() if line.transaction})
    return entry


def findings() -> tuple[FindingLine, ...]:
    """For the board: that the database was put back and nothing sweeps until the rest is joined to it, or else what a
    restore has left to a person."""
    if not behind():
        return tuple(_finding(each) for each in left())
    sentence = Text(
        "Databasen är äldre än gallringsjournalens kopia utanför den: den är återläst. Inget gallras.",
        "The database is older than its ledger's copy outside it: it was restored. Nothing is swept.",
    )
    mend = Text("Kör gallra restore.", "Run gallra restore.")
    return (FindingLine("restored", "error", "database", sentence, BASIS, mend),)


def _finding(left: Left) -> FindingLine:
    with translation.override("sv"):
        sv = described(left.number, left.entry).to_do
    with translation.override("en"):
        en = described(left.number, left.entry).to_do
    what = f"{left.action} {left.about}"
    sentence = Text(
        f"Efter en återläsning är det som post {left.number} ({what}) talar om inte gjort på nytt.",
        f"After a restore, what entry {left.number} ({what}) tells of was not done again.",
    )
    settled = f"gallra restore --settled {left.number}"
    mend = Text(f"{sv} När det är gjort: {settled}", f"{en} When it is done: {settled}")
    return FindingLine("left by restore", "error", f"entry {left.number}", sentence, BASIS, mend)
