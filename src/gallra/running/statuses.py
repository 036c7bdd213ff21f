"""The status of each promise from what was measured, built in, or vouched for. Pure: it reads nothing.

kept; waiting: work is due and within 48 hours of its day; broken: later than that, failed, unreachable, or no
finished run for 26 hours; uncovered: records that no rule will ever reach, or a sentence that nothing checks
(design.md section 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gallra.kinds import Text
from gallra.running.built_in import NOTHING, BuiltIn
from gallra.running.evidence import Asked, ByHand, Given
from gallra.running.report import Evidence, KindCount, Status

RUN_EVERY = timedelta(hours=26)
VOUCH_WITHIN = timedelta(hours=48)

KEPT = Text("inget som ska bort är kvar", "nothing that was to go is left")
BUILT_IN = Text("provat i den här utgåvan", "tested in this release")
NOTHING_CHECKS = Text("inget kontrollerar meningen", "nothing checks the sentence")
NOT_WHOLE = Text("en del av det som ska hålla meningen finns inte i den här utgåvan",
                 "part of what is to keep the sentence is not in this release")  # fmt: skip
NO_HANDS = Text("inget formulär väntar på att hanteras för hand", "no form waits to be dealt with by hand")
OUTDATED = Text("meningen gäller inte längre; anmärkningarna säger vad som är sant",
                "the sentence no longer holds; the findings say what is true")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Runs:
    """What the status needs of the sweeps: when one last finished, since when one was to run, and what the last one
    failed at.
    """

    finished: datetime | None
    expected_since: datetime
    failed: str = ""

    def missed(self, now: datetime) -> bool:
        """No finished run for 26 hours."""
        return now - max(filter(None, (self.finished, self.expected_since))) > RUN_EVERY


@dataclass(frozen=True, slots=True)
class Vouched:
    """The newest attestation of a promise."""

    by: str
    at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Known:
    """Everything known about one promise.

    counts: of its rules; empty for a sentence that no rule keeps. routine: the sentence promises that the rules run.
    attested: it asks a person; vouched: what the person said last. unreachable: systems that could not be asked.
    asked: people's requests, where the sentence is about them; given: what was given out, where it is about that;
    by_hand: forms that wait for a hand, where it is about the ways in.
    """

    counts: tuple[KindCount, ...] = ()
    routine: bool = False
    attested: bool = False
    vouched: Vouched | None = None
    built_in: BuiltIn = NOTHING
    outdated: bool = False
    unreachable: tuple[Text, ...] = ()
    asked: Asked | None = None
    given: Given | None = None
    by_hand: ByHand | None = None


def status(
    known: Known, runs: Runs, *, now: datetime, day: date, checked_at: datetime
) -> tuple[Status, Text, Evidence]:
    """A promise's status, the reason in one sentence, and the evidence."""
    if known.outdated:
        return "outdated", OUTDATED, Evidence("measured", at=checked_at)
    said, reason, evidence = _status(known, runs, now=now, day=day, checked_at=checked_at)
    if known.by_hand is not None:
        said, reason = _with_hands(said, reason, known.by_hand)
    if known.given is not None:
        reason = _and(reason, _out(known.given))
    if evidence.kind == "built in" and (known.given is not None or known.by_hand is not None):
        evidence = Evidence("measured", at=now, tests=evidence.tests)
    return said, reason, evidence


def _with_hands(said: Status, reason: Text, by_hand: ByHand) -> tuple[Status, Text]:
    """A sentence that would be kept waits while a form waits for a hand, and is broken once one is late. What it lacks
    besides stays said: a worse status is never made better."""
    if not by_hand.waiting:
        return said, _and(reason, NO_HANDS)
    wait, late = by_hand.waiting, by_hand.late
    sv = f", {_number(late)} längre än två dygn" if late else ""
    en = f", {_number(late)} for more than two days" if late else ""
    told = Text(
        f"{_number(wait)} formulär väntar på att hanteras för hand{sv}",
        f"{_number(wait)} {_plural(wait, 'form waits', 'forms wait')} to be dealt with by hand{en}",
    )
    if late:
        return "broken", told if said == "kept" else _and(reason, told)
    return ("waiting", told) if said == "kept" else (said, _and(reason, told))


def _and(reason: Text, more: Text) -> Text:
    return Text(f"{reason.sv}; {more.sv}", f"{reason.en}; {more.en}")


def _status(
    known: Known, runs: Runs, *, now: datetime, day: date, checked_at: datetime
) -> tuple[Status, Text, Evidence]:
    if known.attested:
        return _attested(known.vouched, runs, now=now, day=day)
    measured = Evidence("measured", at=checked_at, tests=known.built_in.tests)
    if known.asked is not None and known.asked.late:
        return "broken", _late(known.asked), replace(measured, at=now)
    if known.counts or known.unreachable:
        return *_measured(known, runs, now=now), measured
    if known.routine:
        if runs.missed(now):
            return "broken", _missed(), measured
        if runs.finished is None:
            return (
                "waiting",
                Text("den första gallringen återstår", "the first sweep is still to come"),
                measured,
            )
        return "kept", Text("gallringen har gått", "the sweep has run"), measured
    if not known.built_in.whole:
        return "uncovered", NOT_WHOLE, Evidence("none", tests=known.built_in.tests)
    if known.asked is not None:
        return "kept", _in_time(known.asked), replace(measured, at=now)
    if known.built_in.tests:
        return "kept", BUILT_IN, Evidence("built in", tests=known.built_in.tests)
    return "uncovered", NOTHING_CHECKS, Evidence("none")


def _measured(known: Known, runs: Runs, *, now: datetime) -> tuple[Status, Text]:
    late, due = sum(c.late for c in known.counts), sum(c.due for c in known.counts)
    uncovered = sum({c.kind: c.uncovered for c in known.counts}.values())
    if known.unreachable:
        sv, en = (", ".join(why[lang] for why in known.unreachable) for lang in ("sv", "en"))
        return "broken", Text(f"kunde inte nås: {sv}", f"could not be reached: {en}")
    failed = [c.rule for c in known.counts if _failed(c, runs.failed)]
    if failed:
        return "broken", Text("den senaste gallringen misslyckades här", "the last sweep failed here")
    if late:
        return "broken", Text(
            f"{_number(late)} {_plural(late, 'post', 'poster')} skulle ha gallrats eller utvärderats för mer än två"
            " dygn sedan",
            f"{_number(late)} {_plural(late, 'record', 'records')} should have gone or been reviewed more than two days"
            " ago",
        )
    if runs.missed(now):
        return "broken", _missed()
    if uncovered:
        return "uncovered", Text(
            f"{_number(uncovered)} poster nås aldrig av någon regel",
            f"no rule will ever reach {_number(uncovered)} {_plural(uncovered, 'record', 'records')}",
        )
    if due:
        return "waiting", Text(
            f"{_number(due)} {_plural(due, 'post', 'poster')} ska gallras eller utvärderas nu",
            f"{_number(due)} {_plural(due, 'record is', 'records are')} to go or to be reviewed now",
        )
    return "kept", KEPT


def _attested(
    vouched: Vouched | None, runs: Runs, *, now: datetime, day: date
) -> tuple[Status, Text, Evidence]:
    if vouched is None:
        asked = Text("ingen har intygat det ännu", "nobody has vouched for it yet")
        late = now - runs.expected_since > VOUCH_WITHIN
        return "broken" if late else "waiting", asked, Evidence("attested")
    evidence = Evidence("attested", at=vouched.at, by=vouched.by, until=vouched.until)
    if day <= vouched.until:
        return "kept", Text("intygat", "vouched for"), evidence
    late = day - vouched.until > VOUCH_WITHIN
    lapsed = Text("intyget har gått ut", "the word of whoever vouched has lapsed")
    return "broken" if late else "waiting", lapsed, evidence


def _failed(count: KindCount, failed: str) -> bool:
    """Whether the last sweep's reason names this rule, or the brake on its kind, or the clock, which stops
    everything.
    """
    brake = failed.startswith("brake ") and count.kind in failed.removeprefix("brake ").split(", ")
    return (
        failed.startswith("clock ")
        or brake
        or f"{count.rule}:" in failed
        or f"{count.rule} decided:" in failed
    )


def _late(asked: Asked) -> Text:
    late = asked.late
    return Text(
        f"{_number(late)} {_plural(late, 'begäran har', 'begäranden har')} inte besvarats i tid",
        f"{_number(late)} {_plural(late, 'request has', 'requests have')} not been answered in time",
    )


def _in_time(asked: Asked) -> Text:
    opened, done = asked.open, asked.answered
    return Text(
        f"{_number(opened)} {_plural(opened, 'öppen begäran', 'öppna begäranden')}, ingen försenad; av"
        f" {_number(done)} besvarade det senaste året {_number(asked.in_time)} i tid",
        f"{_number(opened)} open {_plural(opened, 'request', 'requests')}, none late; of {_number(done)} answered in"
        f" the last year {_number(asked.in_time)} in time",
    )


def _out(given: Given) -> Text:
    """What was given out: counted, whatever else is known of the sentence."""
    waits = given.to_tell
    sv = f", {_number(waits)} mottagare väntar på besked om en ändring"
    en = f", {_number(waits)} {_plural(waits, 'recipient waits', 'recipients wait')} to be told of a change"
    return Text(
        f"utlämnat det senaste året: {_number(given.recipients)} till mottagare, {_number(given.authorities)} till"
        f" myndigheter, {_number(given.staff)} uttaget av personal{sv if waits else ''}",
        f"given out in the last year: {_number(given.recipients)} to recipients, {_number(given.authorities)} to"
        f" authorities, {_number(given.staff)} taken out by staff{en if waits else ''}",
    )


def _missed() -> Text:
    return Text("ingen gallring har avslutats på 26 timmar", "no sweep has finished for 26 hours")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
