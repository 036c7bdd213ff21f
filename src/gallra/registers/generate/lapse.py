"""What the company's nightly sweeps have already taken: the rules played over a history, in plain Python.

It works from the declarations and the rules alone and knows no register, as the engine does, but row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gallra.kinds import Column, Event, Flag, Hop, Part, RecordKind, Table
from gallra.policy.rules import Rule, Rules
from gallra.registers.generate.store import History

EMPTY: Mapping[str, Any] = {
    "text": "", "integer": 0, "numeric": 0, "boolean": False, "bytes": b"", "json": {},
}  # fmt: skip


class Lapse:
    """The rules over one history. Days are days in the policy's time zone."""

    def __init__(self, history: History, *, rules: Rules, kinds: Mapping[str, RecordKind]) -> None:
        self.history = history
        self.rules = rules
        self.kinds = {name: kinds[name] for name in rules.kinds if name in kinds}
        self.zone = ZoneInfo(rules.timezone)

    # --- reading ---

    def records(self, kind: RecordKind) -> Iterator[Any]:
        """The records of a kind that are not archived."""
        for row in self.history.table(kind.table.name).values():
            if kind.archived and getattr(row, kind.archived) is not None:
                continue
            if all(getattr(row, column) == value for column, value in kind.where):
                yield row

    def _end(self, row: Any, hops: tuple[Hop, ...]) -> Any:
        for hop in hops:
            key = getattr(row, hop.column)
            if key is None:
                return None
            row = self.history.table(hop.table)[key]
        return row

    def day(self, row: Any, event: Event) -> date | None:
        """The day on which `event` happened to `row`, None while it has not."""
        end = self._end(row, event.hops)
        if end is None or (event.blocked_by and getattr(end, event.blocked_by)):
            return None
        return self.as_day(getattr(end, event.column))

    def as_day(self, value: date | datetime | None) -> date | None:
        if isinstance(value, datetime):
            return value.astimezone(self.zone).date()
        return value

    def _flag(self, row: Any, flag: Flag) -> bool:
        end = self._end(row, flag.hops)
        return bool(end is not None and getattr(end, flag.column))

    def due_on(self, row: Any, *, rule: Rule) -> date | None:
        """The first day on which `rule` takes `row` (or asks for its review), statutes counted in; None: not
        known yet."""
        kind = self.kinds[rule.kind]
        if rule.when and not self._flag(row, kind.flag(rule.when)):
            return None
        if rule.unless and self._flag(row, kind.flag(rule.unless)):
            return None
        if rule.action == "review":
            return self._review(row, rule=rule, kind=kind)
        began = self.day(row, kind.event(rule.event))
        if began is None:
            return None
        return self._obliged(row, kind=kind, day=rule.period.after(began))

    def _review(self, row: Any, *, rule: Rule, kind: RecordKind) -> date | None:
        reviewed = self.as_day(getattr(row, kind.reviewed)) if kind.reviewed else None
        decided = self.as_day(getattr(row, kind.decided)) if kind.decided else None
        if decided:
            return decided
        base = reviewed or self.day(row, kind.event(rule.event))
        days = [rule.period.after(base)] if base else []
        sooner = self.day(row, kind.event(rule.sooner)) if rule.sooner else None
        if sooner and (reviewed is None or reviewed < sooner):
            days.append(sooner)
        return min(days, default=None)

    def _obliged(self, row: Any, *, kind: RecordKind, day: date) -> date | None:
        if not kind.accounting:
            return day
        closed = self.day(row, kind.event(kind.accounting))
        if closed is None:
            return None if self.rules.obligations else day
        free = [duty.through(closed) + timedelta(days=1) for duty in self.rules.obligations]
        return max([day, *free])

    # --- acting ---

    def until(self, day: date) -> None:
        """Takes what was due on or before `day`, then contacts and companies that nothing refers to any more.

        Reviews take nothing: they wait for a person.
        """
        for rule in self.rules.rules:
            if rule.action == "review" or rule.kind not in self.kinds:
                continue
            kind = self.kinds[rule.kind]
            gone = {
                row.id: due
                for row in self.records(kind)
                if (due := self.due_on(row, rule=rule)) and due <= day
            }
            if rule.action == "archive":
                self._archive(kind, gone)
            else:
                self.erase(kind, set(gone))
        self.tidy()

    def erase(self, kind: RecordKind, keys: set[int]) -> None:
        """Takes records with these keys, parts first."""
        for part in kind.parts:
            self.history.remove(part.table.name, self._part_keys(part, keys))
        self.history.remove(kind.table.name, keys)
        for other in self.kinds.values():
            for column in (c for c in other.table.columns if c.references == kind.table.name):
                for row in self.history.table(other.table.name).values():
                    if getattr(row, column.name) in keys:
                        setattr(row, column.name, None)

    def _part_keys(self, part: Part, keys: set[int]) -> set[int]:
        if not keys:
            return set()
        rows = self.history.table(part.table.name).values()
        return {row.id for row in rows if getattr(row, part.parent) in keys}

    def _archive(self, kind: RecordKind, gone: dict[int, date]) -> None:
        for part in kind.parts:
            keys = self._part_keys(part, set(gone))
            if part.archived == "delete":
                self.history.remove(part.table.name, keys)
            else:
                rows = self.history.table(part.table.name)
                for key in keys:
                    blank(rows[key], part.table)
        rows = self.history.table(kind.table.name)
        for key, due in gone.items():
            blank(rows[key], kind.table)
            # The sweep runs at two in the morning of the day.
            setattr(rows[key], str(kind.archived), datetime.combine(due, time(2, 4), self.zone))

    def tidy(self) -> None:
        """Takes contacts that no row refers to, then companies."""
        for contacts in {id(k.contacts): k.contacts for k in self.kinds.values() if k.contacts}.values():
            self._unreferred(contacts.table.name, contacts.references)
        for companies in {id(k.companies): k.companies for k in self.kinds.values() if k.companies}.values():
            self._unreferred(companies.table.name, companies.references)

    def _unreferred(self, table: str, references: tuple[tuple[str, str], ...]) -> None:
        used: set[int] = set()
        for name, column in references:
            used.update(
                getattr(row, column) for row in self.history.table(name).values() if getattr(row, column)
            )
        self.history.remove(table, set(self.history.table(table)) - used)


def blank(row: Any, table: Table) -> None:
    """Empties every personal column of a row, as archiving does."""
    for column in table.personal:
        setattr(row, column.name, _emptied(column))


def _emptied(column: Column) -> Any:
    return None if column.nullable else EMPTY[column.type]
