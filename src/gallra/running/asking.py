"""Why: what will happen to a record, when and by which sentence, or what did (design.md section 6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from sqlalchemy import select

from gallra.engine.compile import compiled
from gallra.engine.days import Today, day_of, local
from gallra.engine.holds import OwnHolds
from gallra.engine.tables import Source, key_type
from gallra.engine.why import Record, Verdict, looked_up
from gallra.kinds import Kinds, RecordKind, Text
from gallra.ledger.models import Entry
from gallra.policy.periods import Period
from gallra.policy.rules import Rule
from gallra.running import foreign, installed
from gallra.running.installed import Running, running
from gallra.running.naming import name_of, plain, says_nothing
from gallra.systems.connection import OwnDatabase


class Unknown(Exception):
    """No such record kind, or no such record and no receipt of one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said of one record. state: "waiting", "due", "held", "obliged", "review", "archived", "erased",
    "not yet", "uncovered", "off". day: when it goes, or went. text: the answer in one sentence; lines: what it rests
    on.
    """

    kind: str
    key: str
    state: str
    day: date | None
    promises: tuple[str, ...]
    receipt: int | None
    text: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer: the record kind, the key in its table, and the record where it is still there."""

    kind: RecordKind
    key: Any
    record: Record | None
    answer: Answer


def why(kind: str, key: str, *, now: datetime) -> Answer:
    """Everything that is known of the record's fate. `kind` may be the last word of its name. Raises Unknown,
    NoPolicy.
    """
    return asked(kind, key, now=now).answer


def asked(kind: str, key: str, *, now: datetime) -> Asked:
    """As `why`, with the record."""
    policy = running()
    found = kind_called(kind, foreign.kinds_of(policy))
    today = Today.of(now, policy.rules.timezone)
    elsewhere = foreign.of_kind(policy, found.name)
    number, record = (
        foreign.looked_up(elsewhere, found, key, today) if elsewhere else _own(policy, found, key, today)
    )
    if record is None:
        return Asked(found, number, None, _gone(found, key, number, today))
    return Asked(found, record.key, record, told(policy, found, key, record, today))


def told(
    policy: Running,
    found: RecordKind,
    key: str,
    record: Record,
    today: Today,
    *,
    receipts: bool = True,
    worded: bool = False,
) -> Answer:
    """What is to be said of a record that is there. receipts: look for that of an archived one, which takes a look at
    many; worded: a rule is told by its period, for people who do not have the policy's file before them."""
    if record.archived is not None and not any(v.due for v in record.verdicts):
        return _archived(found, key, record, today, receipts=receipts)
    if found.name not in policy.rules.kinds and foreign.of_kind(policy, found.name) is None:
        off = Text("ingen regel i policyn gäller posttypen", "no rule of the policy is for this record kind")
        return Answer(found.name, key, "off", None, (), None, off, ())
    return _told(found, key, record, today, worded=worded)


def _own(policy: Running, kind: RecordKind, key: str, today: Today) -> tuple[Any, Record | None]:
    """The key and the record of our own database."""
    number = key_of(kind, key)
    if number is None:
        return None, None
    return number, looked_up(OwnDatabase(), kind, number, policy.rules, today, OwnHolds())


def kind_called(word: str, kinds: Kinds) -> RecordKind:
    """The record kind of that name, or with that last word. Raises Unknown."""
    if word in kinds:
        return kinds[word]
    named = [kind for name, kind in kinds.items() if name.rsplit(".", 1)[-1] == word]
    if len(named) == 1:
        return named[0]
    raise Unknown(
        _("There is no record kind %(word)s. There are: %(kinds)s.")
        % {"word": word, "kinds": ", ".join(kinds)}
    )


def key_of(kind: RecordKind, word: str) -> Any:
    """The key of the record that people know by `word`: its number where the kind has one, else its key; None: no
    such.
    """
    plain = word.removeprefix("key:")
    if key_type(kind.table) == "text":
        return plain or None
    if key_type(kind.table) == "uuid":
        return _uuid(plain)
    if not plain.isdigit():
        return None
    value = int(plain)
    if kind.number is None or plain != word:
        return value
    source = Source(kind)
    query = select(source.key).where(source.base.c[kind.number] == value, *source.mine())
    rows = OwnDatabase().rows(compiled("number", query))
    return rows[0][0] if rows else None


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


def said(period: Period) -> Text:
    """A period in short: "3 månader", "3 months"."""
    years, months = divmod(period.months, 12)
    sv, en = [], []
    for count, (one_sv, many_sv, one_en) in (
        (years, ("år", "år", "year")), (months, ("månad", "månader", "month")), (period.days, ("dag", "dagar", "day")),
    ):  # fmt: skip
        if count:
            sv.append(f"{count} {one_sv if count == 1 else many_sv}")
            en.append(f"{count} {one_en}{'' if count == 1 else 's'}")
    return Text(", ".join(sv) or "genast", ", ".join(en) or "at once")


def _told(kind: RecordKind, key: str, record: Record, today: Today, *, worded: bool) -> Answer:
    lines = tuple(_verdict(kind, verdict) for verdict in record.verdicts if verdict.state != "other")
    lines += (*_statute(record, today), _hold(record))
    first, day = record.goes, record.day
    promises = first.rule.promises if first else ()
    reviews = [v for v in record.verdicts if v.rule.action == "review" and v.due is not None]
    if record.decided:
        state, day, text = _decided(record, today)
        promises = tuple(p for v in record.verdicts if v.rule.action == "review" for p in v.rule.promises)
    elif first is not None and day is not None:
        state, text = _going(record, first, day, today, _in_words(kind, first) if worded else _by(first))
    elif reviews:
        state, promises, day = "review", reviews[0].rule.promises, reviews[0].due
        text = Text(f"ska utvärderas senast {day}", f"is to be reviewed by {day}")
    elif any(v.state == "not yet" for v in record.verdicts):
        state, text = "not yet", Text("finns kvar: tiden har inte börjat", "stays: its clock has not started")
    else:
        state, text = "uncovered", Text("nås aldrig av någon regel", "no rule will ever reach it")
    return Answer(kind.name, key, state, day, promises, None, text, lines)


def _decided(record: Record, today: Today) -> tuple[str, date, Text]:
    """What is to be said of a record that a review decided to erase: a hold and a statute keep it all the same."""
    sv, en = "en utvärdering beslutade att den raderas", "a review decided that it is erased"
    kept = record.kept_through
    if record.held:
        return "held", today.day, Text(f"hålls kvar av ett gallringsstopp; {sv}, och det sker när stoppet upphör",
                                       f"kept by a hold; {en}, and it is when the hold ends")  # fmt: skip
    if kept is not None and kept >= today.day:
        until = Text("tills räkenskapsåret är känt", "until its financial year is known")
        through = until if kept == date.max else Text(f"till och med {kept}", f"through {kept}")
        return "obliged", kept, Text(f"ett lagkrav håller den kvar {through.sv}; {sv}",
                                     f"a statute keeps it {through.en}; {en}")  # fmt: skip
    return "due", today.day, Text(f"{sv}; det sker vid nästa gallring", f"{en}; the next sweep does it")


def _by(verdict: Verdict) -> Text:
    """By what a record goes: the sentences of the policy, its table where no sentence has a name, or Gallra's own."""
    if verdict.rule.place == "default":
        return Text("Gallras egen tid", "Gallra's own period")
    word = " ".join(verdict.rule.promises) or verdict.rule.place
    return Text(word, word)


def _in_words(kind: RecordKind, verdict: Verdict) -> Text:
    """The same by its period: "3 månader efter att ärendet stängdes, M16"."""
    clause, period = kind.event(verdict.rule.event).clause, said(verdict.rule.period)
    named = f", {' '.join(verdict.rule.promises)}" if verdict.rule.promises else ""
    return Text(f"{period.sv} efter att {clause.sv}{named}", f"{period.en} after {clause.en}{named}")


def _going(record: Record, first: Verdict, day: date, today: Today, by: Text) -> tuple[str, Text]:
    verb = Text("arkiveras", "archived") if first.rule.action == "archive" else Text("raderas", "erased")
    if record.held:
        return "held", Text(f"hålls kvar av ett gallringsstopp; annars {verb.sv} den {day} ({by.sv})",
                            f"kept by a hold; else it is {verb.en} on {day} ({by.en})")  # fmt: skip
    if day == date.max:
        return "obliged", Text("ett lagkrav håller den kvar tills räkenskapsåret är känt",
                               "a statute keeps it until its financial year is known")  # fmt: skip
    if day > today.day and first.due is not None and first.due <= today.day:
        return "obliged", Text(f"ett lagkrav håller den kvar; {verb.sv} {day} ({by.sv})",
                               f"a statute keeps it; {verb.en} on {day} ({by.en})")  # fmt: skip
    if day <= today.day:
        return "due", Text(
            f"{verb.sv} vid nästa gallring ({by.sv})", f"{verb.en} by the next sweep ({by.en})"
        )
    return "waiting", Text(f"{verb.sv} {day} ({by.sv})", f"{verb.en} on {day} ({by.en})")


def _verdict(kind: RecordKind, verdict: Verdict) -> Text:
    clause = kind.event(verdict.rule.event).clause
    period, by = said(verdict.rule.period), _by(verdict)
    if verdict.state in ("never", "not yet"):
        sv = {"never": "kan aldrig hända", "not yet": "har inte hänt"}[verdict.state]
        en = {"never": "can never happen", "not yet": "has not happened"}[verdict.state]
        return Text(
            f"{by.sv}: {clause.sv} + {period.sv}; det {sv}", f"{by.en}: {clause.en} + {period.en}; it {en}"
        )
    if verdict.state == "done":
        return Text(f"{by.sv}: redan arkiverad", f"{by.en}: archived already")
    return Text(f"{by.sv}: {clause.sv} {verdict.since} + {period.sv} = {verdict.due}",
                f"{by.en}: {clause.en} {verdict.since} + {period.en} = {verdict.due}")  # fmt: skip


def _statute(record: Record, today: Today) -> tuple[Text, ...]:
    if record.kept_through is None or record.statute is None:
        return (Text("inget lagkrav", "no statute"),)
    through = record.kept_through
    until = (
        Text("tills räkenskapsåret är känt", "until its financial year is known")
        if through == date.max
        else Text(f"till och med {through}", f"through {through}")
    )
    return (Text(f"{record.statute.statute_sv}: {until.sv}", f"{record.statute.statute_en}: {until.en}"),)


def _hold(record: Record) -> Text:
    return Text("gallringsstopp", "held") if record.held else Text("inget gallringsstopp", "no hold")


def _archived(kind: RecordKind, key: str, record: Record, today: Today, *, receipts: bool) -> Answer:
    """An archived record: the receipt that names its key, and the rule of the policy version it was archived under."""
    entry = receipt_of(kind.name, record.key) if receipts else None
    day = day_of(record.archived, today.zone)
    if entry is None:
        return Answer(
            kind.name, key, "archived", day, (), None, Text(f"arkiverad {day}", f"archived {day}"), ()
        )
    since, rule = None, _rule_of(entry)
    if rule is not None:
        since = record.dates.get(rule.event)
    lines = (_verdict(kind, Verdict(rule, "due", since, rule.period.after(since))),) if rule and since else ()
    return _past(kind, key, entry, Text("arkiverad", "archived"), day, (*lines, *(_hold(record),)))


def _gone(kind: RecordKind, key: str, number: Any, today: Today) -> Answer:
    """A record that is not there: by the receipt that names its key. Raises Unknown where there is none."""
    entry = receipt_of(kind.name, number) if number is not None else None
    if entry is None:
        told = _("There is no such record of %(kind)s, and no receipt of one.") % {"kind": kind.name}
        if not says_nothing(kind):
            unnamed = _("Its key is personal: no receipt names it.")
            raise Unknown(f"{told} {unnamed}")
        hint = _("One that was erased is known by its key only: gallra why %(kind)s key:12") % {
            "kind": kind.name
        }
        raise Unknown(f"{told} {hint}" if kind.number is not None else told)
    return _past(kind, key, entry, Text("raderad", "erased"), local(entry.at, today.zone), ())


def _past(
    kind: RecordKind, key: str, entry: Entry, verb: Text, day: date | None, lines: tuple[Text, ...]
) -> Answer:
    promises = tuple(str(promise) for promise in entry.body.get("promises", ()))
    by = " ".join(promises) or str(entry.rule)
    text = Text(
        f"{verb.sv} {day} ({by}), kvitto {entry.number}", f"{verb.en} {day} ({by}), receipt {entry.number}"
    )
    state = "archived" if entry.body.get("verb") == "archive" else "erased"
    return Answer(kind.name, key, state, day, promises, entry.number, text, lines)


def receipt_of(kind: str, key: Any) -> Entry | None:
    """The newest sweep receipt that names a record's key. Reads the receipts: an audit's cost, for one question.

    None too for records whose receipts name no keys, because the key itself is personal (a session's)."""
    names = {json.dumps(plain(key)), json.dumps(name_of(kind, key))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM ledger_entry WHERE action = 'sweep.receipt' AND body->>'kind' = %s"
            " AND body->'keys' @> ANY(%s::jsonb[]) ORDER BY number DESC LIMIT 1",
            [kind, sorted(names)],
        )
        row = cursor.fetchone()
    return Entry.objects.get(number=row[0]) if row else None


ABOUT = (
    "sweep.receipt", "sweep.intent", "blank", "review", "review.intent", "hold.added", "hold.released",
)  # fmt: skip
"""Actions whose entries name records by their keys."""


def entries_about(kind: str, key: Any, *, most: int) -> list[Entry]:
    """The newest entries of the ledger that name a record's key. Costs as `receipt_of`."""
    names = sorted({json.dumps(plain(key)), json.dumps(name_of(kind, key))})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM ledger_entry WHERE action = ANY (%s) AND body->>'kind' = %s"
            " AND (body->'keys' @> ANY(%s::jsonb[]) OR body->'record' = ANY(%s::jsonb[]))"
            " ORDER BY number DESC LIMIT %s",
            [list(ABOUT), kind, names, names, most],
        )
        numbers = [row[0] for row in cursor.fetchall()]
    return list(Entry.objects.filter(number__in=numbers).order_by("-number"))


def _rule_of(entry: Entry) -> Rule | None:
    """The rule a receipt names, as it stood in the version of the policy it was written under."""
    then = installed.version(entry.policy or "")
    for rule in then.rules.rules if then else ():
        if rule.id == (entry.rule or "").removesuffix(" decided"):
            return rule
    return None
