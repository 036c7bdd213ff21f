"""The copy of the data in the letter (Article 15.3): every record with its values and parts, others' data hidden. What
only machines read (keys, secrets) is in data.json alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gallra.engine.person.redacting import SELF
from gallra.kinds import Column, Table
from gallra.policy.wording.grammar import capital
from gallra.rights.answer import copy_words
from gallra.rights.answer.blocks import Block, Heading, Pairs, Para
from gallra.rights.answer.context import Context, title
from gallra.rights.answer.facts import Facts
from gallra.running.extracts import MARK

LESS: Mapping[str, tuple[str, ...]] = {"mail_outgoing": ("html", "headers", "secrets", "message_id")}
"""Columns that a letter leaves to the files: the same text with its looks, and what only mail programs read."""
MOST_RECORDS = 400
MOST_SIGNS = 400_000
"""Beyond, a letter is no longer read; the files have everything."""


def copy(context: Context, data: Mapping[str, Any], facts: Facts) -> Iterator[Block]:
    """The last part of the letter, on a page of its own."""
    yield Heading(context.say(copy_words.COPY), apart=True)
    if len(data["records"]) > MOST_RECORDS or _signs(data["records"]) > MOST_SIGNS:
        yield Para(context.say(copy_words.COPY_TOO_LONG, count=context.count(len(data["records"]))))
        return
    yield Para(context.say(copy_words.COPY_SAID, mark=context.say(copy_words.MARK)))
    if hidden := data.get("hidden"):
        counts = {name: context.count(number) for name, number in hidden.items()}
        yield Para(context.say(copy_words.COPY_HIDDEN, **counts))
    yield from _details(context, data)
    for record in data["records"]:
        yield from _record(context, record)
    if facts.mentions:
        yield Heading(context.say(copy_words.MENTIONS), level=2)
        yield Para(context.say(copy_words.MENTIONS_SAID))
        yield Pairs(tuple((capital(context.say(each.where)), each.text) for each in facts.mentions))


def _signs(value: Any) -> int:
    """How much there is to read."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_signs, value.values()))
    return sum(map(_signs, value)) if isinstance(value, list) else 1


def _details(context: Context, data: Mapping[str, Any]) -> Iterator[Block]:
    """The person as each register knows them, the companies, the account."""
    for contact in data["contacts"]:
        table = contact_table(context, contact["register"])
        yield Heading(
            f"{capital(context.say(copy_words.CONTACTS))}: {system(context, contact['register'])}", level=2
        )
        yield from _pairs(context, table, contact["values"])
    companies = next((kind.companies for kind in context.kinds.values() if kind.companies), None)
    for company in data["companies"]:
        yield Heading(str(company.get("name") or capital(context.say(copy_words.COMPANIES))), level=2)
        yield from _pairs(context, companies.table if companies else None, company)
    if data["account"]:
        yield Heading(capital(context.say(copy_words.ACCOUNT)), level=2)
        yield Pairs(tuple(account(context, data["account"])))


def account(context: Context, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the account for signing in says, with names."""
    for name, value in values.items():
        column = Column(name, copy_words.ACCOUNT_FIELDS.get(name, copy_words.ACCOUNT),
                        "timestamp" if name in ("joined_at", "last_login") else "text")  # fmt: skip
        shown = context.value(column, value, table="site_user")
        if shown:
            yield title(column, context.lang), shown


def system(context: Context, register: str) -> str:
    """What the policy calls the system in which a register's records are; the register's own name else."""
    for each in context.policy.system.values():
        if any(record.split(".", 1)[0] == register for record in each.records):
            return context.say(each.title)
    return register


def contact_table(context: Context, register: str) -> Table | None:
    """The table in which a register keeps its contacts."""
    for kind in context.kinds.values():
        if kind.contacts and kind.contacts.table.name.split("_", 1)[0] == register:
            return kind.contacts.table
    return None


def called(context: Context, record: Mapping[str, Any]) -> str:
    """Ärende 10423; Uppgift om kund (a record that is the person has no number people know)."""
    kind = context.kinds[record["kind"]]
    noun = capital(kind.noun.one[context.lang].split(" ", 1)[-1])
    return f"{noun} {record['called']}" if kind.number else noun


def _record(context: Context, record: Mapping[str, Any]) -> Iterator[Block]:
    kind = context.kinds[record["kind"]]
    yield Heading(called(context, record), level=2)
    if record["yours"]:
        role = copy_words.ROLE if kind.number else None
        if role:
            yield Para(context.say(role, role=context.said(record["role"])), style="under")
    else:
        yield Para(context.say(copy_words.IN_OTHERS), style="under")
    yield from _pairs(context, kind.table, record["values"])
    parts = {part.table.name: part.table for part in kind.parts}
    for part in record["parts"]:
        yield Heading(capital(context.said(part["title"])), level=3)
        for row in part["rows"]:
            yield from _pairs(context, parts.get(part["table"]), row, who=True)


def _pairs(
    context: Context, table: Table | None, values: Mapping[str, Any], *, who: bool = False
) -> Iterator[Block]:
    """`pairs` as a block; nothing where there are none."""
    if found := pairs(context, table, values, who=who):
        yield Pairs(found)


def pairs(
    context: Context, table: Table | None, values: Mapping[str, Any], *, who: bool = False
) -> tuple[tuple[str, str], ...]:
    """The values of a row with their names. who: also whose it is, where it refers to a contact."""
    columns = {column.name: column for column in table.columns} if table else {}
    found = []
    for name, value in values.items():
        column = columns.get(name)
        if table is not None and (name == table.key or name in LESS.get(table.name, ())):
            continue
        if column is not None and column.type == "bytes":
            continue
        if column is not None and column.references is not None:
            if who and value in (SELF, MARK):
                said = copy_words.YOU if value == SELF else copy_words.ANOTHER
                found.append((title(column, context.lang), context.say(said)))
            continue
        shown = context.value(column, value, table=table.name if table else "")
        if shown:
            found.append((title(column, context.lang) if column else context.say(copy_words.FILE), shown))
    return tuple(found)
