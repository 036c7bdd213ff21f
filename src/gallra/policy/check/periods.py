"""How long: kinds without period, clocks that never start, statutes that keep longer (Articles 5.1 e, 13.2
a)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Event, RecordKind, Text
from gallra.policy.check.finding import Case, Found, finding
from gallra.policy.model import Retention, Review
from gallra.policy.resolving import timed


def _rules(case: Case, kind: str) -> list[tuple[str, Retention | Review]]:
    return [(place, rule) for place, rule in timed(case.policy) if kind in rule.records]


def _retentions(case: Case) -> Iterator[tuple[str, Retention, RecordKind]]:
    """Each retention with each of its known kinds."""
    for number, rule in enumerate(case.policy.retention):
        yield from (
            (f"retention[{number}]", rule, case.kinds[kind]) for kind in rule.records if kind in case.kinds
        )


def has_people(kind: RecordKind) -> bool:
    """Whether anything in the kind's own rows or parts can be somebody's."""
    own = (kind.table, *(part.table for part in kind.parts))
    return bool(kind.people) or any(table.personal for table in own)


def may_never_come(kind: RecordKind, event: Event) -> bool:
    """Whether some record of the kind can wait for the event for ever, and nothing would say so.

    An event on the record's own row that has not happened yet is waited for. On a table that several kinds
    share (`where`) a nullable column says nothing of one kind.
    """
    if event.needs or event.hops:
        return True
    if event.missing == "not yet":
        return False
    return bool(event.expression) or (not kind.where and kind.table.column(event.column).nullable)


def reaches_all(kind: RecordKind, rules: list[Retention | Review]) -> bool:
    """Whether some rule, or a pair of rules on both sides of one condition, reaches every record of the
    kind."""
    sure: list[tuple[str | None, str | None]] = []
    vouched: set[str] = set()
    for rule in rules:
        when = rule.when if isinstance(rule, Retention) else None
        unless = rule.unless if isinstance(rule, Retention) else None
        event = next((e for e in kind.events if e.name == rule.after), None)
        if event is None:
            continue
        if when and not unless:
            vouched.add(when)  # the condition is true because the event has happened
        if not may_never_come(kind, event):
            sure.append((when, unless))
    return any(when is None and (unless is None or unless in vouched) for when, unless in sure)


@finding("period-missing", "error", "GDPR 13.2 a")
def period_missing(case: Case) -> Iterator[Found]:
    """A record kind that no retention and no review names: kept whole (accounts, invoices, mailings)."""
    for kind, system in case.policy.records().items():
        known = case.kinds.get(kind)
        if not _rules(case, kind) and (known is None or has_people(known)):
            name = case.named(kind)
            yield Found(
                f"system.{system}.records",
                Text(
                    f"Det står inte hur länge {name.sv} sparas; inget raderas.",
                    f"It does not say how long {name.en} are kept; nothing is erased.",
                ),
                Text(
                    f'Skriv en [[retention]] med records = ["{kind}"].',
                    f'Write a [[retention]] with records = ["{kind}"].',
                ),
                subject=kind,
            )


@finding("review-without-end", "warning", "GDPR 5.1 e, 13.2 a")
def review_without_end(case: Case) -> Iterator[Found]:
    """A kind that is only reviewed: no period says how long a former customer is kept."""
    for number, review in enumerate(case.policy.review):
        for kind in review.records:
            if not any(kind in retention.records for retention in case.policy.retention):
                name = case.named(kind)
                yield Found(
                    f"review[{number}]",
                    Text(
                        f"{name.sv} utvärderas, men det står inte hur länge de som inte längre är det sparas.",
                        f"{name.en} are reviewed, but it does not say how long those who no longer are so are kept.",
                    ),
                    Text(
                        f'Skriv en [[retention]] med records = ["{kind}"], räknad från det sista avtalets slut.',
                        f'Write a [[retention]] with records = ["{kind}"], counted from the last agreement\'s end.',
                    ),
                    subject=kind,
                )


@finding("records-uncovered", "warning", "GDPR 5.1 e")
def records_uncovered(case: Case) -> Iterator[Found]:
    """A clock that never starts for some (S17: an invoice without agreement; S18: people with no agreement at
    all)."""
    for kind in case.known():
        rules = _rules(case, kind.name)
        if not rules or not has_people(kind) or reaches_all(kind, [rule for _, rule in rules]):
            continue
        place, rule = rules[0]
        if not any(event.name == rule.after for event in kind.events):
            continue
        name, clause = case.named(kind.name), kind.event(rule.after).clause
        sure = [event.name for event in kind.events if not may_never_come(kind, event)]
        yield Found(
            place,
            Text(
                f"{name.sv} utan starthändelse (”{clause.sv}”) nås aldrig av någon regel.",
                f'{name.en} for which the event ("{clause.en}") never comes are reached by no rule.',
            ),
            Text(
                f"Skriv en [[retention]] till, räknad från {_quoted(sure, 'eller')}.",
                f"Write another [[retention]], counted from {_quoted(sure, 'or')}.",
            ),
            subject=kind.name,
        )


def _quoted(words: list[str], glue: str) -> str:
    return f" {glue} ".join(f'"{word}"' for word in words[:3]) or '"…"'


@finding("retention-under-obligation", "warning", "GDPR 6.1 c, SFS 1999:1078 7 kap. 2 §")
def retention_under_obligation(case: Case) -> Iterator[Found]:
    """A period that can end before a statute lets an accounting record go, and does not say so (S17)."""
    for place, rule, kind in _retentions(case):
        act = case.law.act(rule.floor) if rule.floor else None
        if kind.accounting is None or (act and act.id in case.law.obligation_acts.values()):
            continue
        years = max((o.years for o in case.law.obligations), default=0)
        if rule.after == kind.accounting and rule.keep.period.months >= 12 * (years + 1):
            continue
        statute, name = case.law.obligations[0], case.named(kind.name)
        yield Found(
            f"{place}.keep",
            Text(
                f"Tiden för {name.sv} kan ta slut innan {statute.statute_sv} tillåter det; lagen går före.",
                f"The period for {name.en} can end before {statute.statute_en} allows; the statute prevails.",
            ),
            Text(
                'Skriv floor = "bokföringslagen (1999:1078)", så att det framgår.',
                'Write floor = "bokföringslagen (1999:1078)", so that it is said.',
            ),
            subject=kind.name,
        )


@finding("floor-without-statute", "warning", "GDPR 5.1 a, 5.1 e")
def floor_without_statute(case: Case) -> Iterator[Found]:
    """A `floor` on records that no statute keeps: the page would say what is not so."""
    acts = set(case.law.obligation_acts.values())
    for place, rule, kind in _retentions(case):
        act = case.law.act(rule.floor) if rule.floor else None
        if (
            rule.floor
            and act is not None
            and act.repealed is None
            and (kind.accounting is None or act.id not in acts)
        ):
            name = case.named(kind.name)
            yield Found(
                f"{place}.floor",
                Text(
                    f"{act.title.sv[:1].upper()}{act.title.sv[1:]} kräver inte att {name.sv} sparas.",
                    f"{act.title.en[:1].upper()}{act.title.en[1:]} does not require that {name.en} be kept.",
                ),
                Text("Ta bort floor, eller dela regeln.", "Remove floor, or split the rule."),
                subject=kind.name,
            )


@finding("longer-than-obligation", "advice", "GDPR 5.1 e, SFS 1999:1078 7 kap. 2 §")
def longer_than_obligation(case: Case) -> Iterator[Found]:
    """Accounting records kept by another clock than the Act's can stay far longer than it needs (S17)."""
    for place, rule, kind in _retentions(case):
        if kind.accounting is None or rule.after == kind.accounting:
            continue
        if not any(other.after == kind.accounting for _, other in _rules(case, kind.name)):
            name = case.named(kind.name)
            yield Found(
                place,
                Text(
                    f"{name.sv} kan sparas långt längre än lagen kräver, för tiden räknas inte från räkenskapsåret.",
                    f"{name.en} can be kept far longer than the Act needs, for the clock is not the financial year's.",
                ),
                Text(
                    f'Överväg en [[retention]] med after = "{kind.accounting}" och keep = "8 years".',
                    f'Consider a [[retention]] with after = "{kind.accounting}" and keep = "8 years".',
                ),
                subject=kind.name,
            )


@finding("backups-missing", "warning", "GDPR 13.2 a, 17.1")
def backups_missing(case: Case) -> Iterator[Found]:
    """Until when what was erased is still in a backup."""
    if case.policy.backups is None:
        yield Found(
            "backups",
            Text(
                "Det står inte hur länge säkerhetskopior sparas.",
                "It does not say how long backups are kept.",
            ),
            Text('Skriv [backups] med keep = "30 days".', 'Write [backups] with keep = "30 days".'),
        )


@finding("routine-missing", "advice", "GDPR 5.2")
def routine_missing(case: Case) -> Iterator[Found]:
    """When the rules run; every night at two where nothing is said."""
    if case.policy.routine is None:
        yield Found(
            "routine",
            Text(
                "Det står inte när gallringen körs; den körs varje natt klockan 02.00.",
                "It does not say when the sweep runs; it runs every night at 02:00.",
            ),
            Text('Skriv [routine] med sweep = "daily 02:00".', 'Write [routine] with sweep = "daily 02:00".'),
        )
