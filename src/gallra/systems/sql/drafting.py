"""A draft of the declaration of somebody else's database, for a person to read and edit (`gallra inspect`).

Deny by default: a column is personal in the draft unless it is a key, a reference within the record, or the date of an
event; contacts and companies stay though nothing refers to them. Each line says why. The draft is valid for
the reader and
fits the database it was made of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import column, select, table

from gallra.engine.compile import compiled
from gallra.systems.sql.database import Failed, ForeignDatabase
from gallra.systems.sql.personal import (
    ARCHIVED,
    NUMBER,
    SAMPLE,
    Looks,
    by_name,
    by_values,
    event_of,
    moments_in,
    plain,
)
from gallra.systems.sql.verify import ForeignKey, Schema, family, reflected

_NOUNS: tuple[tuple[str, tuple[str, str, str], tuple[str, str, str]], ...] = (
    (r"arende\w*|case\w*|ticket\w*", ("ett ärende", "ärenden", "ärendet"), ("a case", "cases", "the case")),
    (r"offert\w*|quote\w*", ("en offert", "offerter", "offerten"), ("a quote", "quotes", "the quote")),
    (
        r"faktur\w*|invoice\w*",
        ("en faktura", "fakturor", "fakturan"),
        ("an invoice", "invoices", "the invoice"),
    ),
    (
        r"avtal\w*|agreement\w*|contract\w*",
        ("ett avtal", "avtal", "avtalet"),
        ("an agreement", "agreements", "the agreement"),
    ),
    (
        r"order\w*|bestallning\w*",
        ("en beställning", "beställningar", "beställningen"),
        ("an order", "orders", "the order"),
    ),
    (
        r"prenumerant\w*|subscri\w*",
        ("en prenumeration", "prenumerationer", "prenumerationen"),
        ("a subscription", "subscriptions", "the subscription"),
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as the database has it, and what it looks like."""

    name: str
    type: str
    nullable: bool
    looks: Looks | None
    parent: str | None


@dataclass
class Table:
    """A table and its part in the draft: contacts, companies, record, part, loose (declared, in no kind) or other."""

    name: str
    key: str
    columns: list[Seen]
    role: str = "loose"
    over: str | None = None
    under: str | None = None
    keys: list[ForeignKey] = field(default_factory=list)
    unique: frozenset[str] = frozenset()

    def with_field(self, word: str) -> str | None:
        """The column that stores a word of FIELDS, those sure by their values first."""
        found = [c for c in self.columns if c.looks is not None and c.looks.field == word]
        found.sort(key=lambda c: not (c.looks is not None and c.looks.sure))
        return found[0].name if found else None

    @property
    def personal(self) -> bool:
        """Whether anything but a mere name says persons."""
        return any(c.looks is not None and (c.looks.sure or c.looks.field != "name") for c in self.columns)


def draft(database: ForeignDatabase, *, system: str, variable: str, times: str) -> str:
    """The draft's text. Raises Unreachable."""
    schema = reflected(database)
    tables = {name: _table(database, schema, name) for name in sorted(schema.columns)}
    _cast(tables)
    lines = [
        f"# Drafted by `gallra inspect {variable}`: read every line before you use it. What nobody marked impersonal is personal.",  # noqa: E501
        "# Then: gallra inspect --check FILE " + variable,
        f"times = {_toml(times)}  # the zone of moments that are written without one: is it so?",
    ]
    others = [each.name for each in tables.values() if each.role == "other"]
    lines.append(f"other = {_toml(others)}  # no persons were seen in these; look at each yourself")
    for role in ("contacts", "companies"):
        for each in tables.values():
            if each.role == role:
                lines += ["", f"[{role}]", f"table = {_toml(each.name)}", *_contacts(each, tables, role)]
    for each in tables.values():
        if each.role == "record":
            lines += _kind(each, tables, system)
    if not any(each.role == "record" for each in tables.values()):
        lines += [
            "",
            "# No table looks like records with a clock: write a [kind." + system + ".NAME] yourself.",
        ]
    for each in tables.values():
        if each.role != "other":
            lines += _declared(each, tables)
    return "\n".join(lines) + "\n"


def _table(database: ForeignDatabase, schema: Schema, name: str) -> Table:
    keys = [key for key in schema.keys if key.child == name]
    single = {key.columns[0]: key.parent for key in keys if len(key.columns) == 1}
    unique = sorted((c for c in schema.unique[name] if len(c) == 1), key=lambda c: (c[0] != "id", c))
    primary = next(
        (c[0] for c in schema.unique[name] if len(c) == 1 and not schema.columns[name][c[0]][1]), None
    )
    key = (
        "id"
        if ("id",) in schema.unique[name]
        else primary or (unique[0][0] if unique else next(iter(schema.columns[name])))
    )
    columns = []
    for column_name, (of, nullable) in schema.columns[name].items():
        word = family(of)
        kind = {"enum": "text", "": "text"}.get(word, word)
        values = _sample(database, name, column_name) if kind == "text" or word == "integer" else []
        if database.dialect.name == "sqlite" and kind == "text":
            kind = moments_in(values) or kind
            if kind == "text" and not values and event_of(column_name):
                kind = "timestamp"
        looks = None
        if column_name != key and column_name not in single:
            looks = by_values(values) if kind in ("text", "integer") else None
            looks = looks or by_name(column_name)
            if (
                looks is not None
                and kind not in ("text", "json", "bytes")
                and not looks.sure
                and "birth" not in looks.why
            ):
                looks = None
        columns.append(Seen(column_name, kind, nullable, looks, single.get(column_name)))
    alone = frozenset(c[0] for c in schema.unique[name] if len(c) == 1)
    return Table(name, key, columns, keys=keys, unique=alone)


def _sample(database: ForeignDatabase, name: str, column_name: str) -> list[object]:
    at = table(name, column(column_name))
    query = select(at.c[column_name]).where(at.c[column_name].is_not(None)).limit(SAMPLE)
    try:
        return [row[0] for row in database.rows(compiled("sample", query, database.dialect))]
    except Failed:
        return []


def _cast(tables: dict[str, Table]) -> None:
    """Give each table its part: contacts and companies, what hangs on what, records, the rest."""
    referred = {key.parent for each in tables.values() for key in each.keys if key.child != key.parent}
    people = [t for t in tables.values() if t.name in referred and t.with_field("email")]
    if people:
        max(
            people, key=lambda t: sum(k.parent == t.name for o in tables.values() for k in o.keys)
        ).role = "contacts"
    firms = [
        t
        for t in tables.values()
        if t.name in referred and t.role == "loose" and t.with_field("organisation number")
    ]
    if firms:
        firms[0].role = "companies"
    contacts = {t.name for t in tables.values() if t.role in ("contacts", "companies")}
    for each in tables.values():
        if each.role != "loose":
            continue
        above = [
            k for k in each.keys if len(k.columns) == 1 and k.parent not in contacts and k.parent != each.name
        ]
        above = [
            k
            for k in above
            if tables[k.parent].personal or {x.parent for x in tables[k.parent].keys} & contacts
        ]
        tight = [k for k in above if k.cascade == "CASCADE" or not _column(each, k.columns[0]).nullable]
        if tight:
            each.role, each.over, each.under = "part", tight[0].columns[0], tight[0].parent
        elif each.personal or {k.parent for k in each.keys} & contacts:
            each.role = "record" if any(c.type in ("date", "timestamp") for c in each.columns) else "loose"
        elif not each.keys and not any(c.looks for c in each.columns) and each.name not in referred:
            each.role = "other"
    for each in tables.values():  # a part of nothing that is a record is no part
        if each.role == "part" and _root(each, tables) is None:
            each.role = "record" if any(c.type in ("date", "timestamp") for c in each.columns) else "loose"


def _root(each: Table, tables: dict[str, Table]) -> Table | None:
    seen: set[str] = set()
    while each.role == "part" and each.under is not None and each.name not in seen:
        seen.add(each.name)
        each = tables[each.under]
    return each if each.role == "record" else None


def _column(each: Table, name: str) -> Seen:
    return next(c for c in each.columns if c.name == name)


def _contacts(each: Table, tables: dict[str, Table], role: str) -> Iterator[str]:
    if role == "contacts":
        yield f"email = {_toml(each.with_field('email'))}"
        for key, word in (("name", "name"), ("phone", "phone")):
            if (found := each.with_field(word)) is not None:
                yield f"{key} = {_toml(found)}"
        for leads in each.keys:
            if len(leads.columns) == 1 and tables[leads.parent].role == "companies":
                yield f"company = {_toml(leads.columns[0])}"
                break
    yield "kept = true  # false: they go when nothing refers to them any more"


def _kind(each: Table, tables: dict[str, Table], system: str) -> Iterator[str]:
    sv, en = _noun(each.name)
    place = f"kind.{system}.{_bare(each.name)}"
    yield from ("", f"[{place}]")
    for number, word in enumerate(("one", "many", "the")):
        yield f"noun.{word} = {_both(sv[number], en[number])}"
    yield f"table = {_toml(each.name)}"
    company = next(
        (k for k in each.keys if len(k.columns) == 1 and tables[k.parent].role == "companies"), None
    )
    if company is not None:
        yield f"company = {_toml(company.columns[0])}"
    for seen in each.columns:
        if seen.type in ("date", "timestamp") and seen.nullable and re.fullmatch(ARCHIVED, plain(seen.name)):
            unsure = [
                c.name
                for c in each.columns
                if c.name in each.unique and not c.nullable and not _is_impersonal(each, c, tables)
            ]
            hint = (
                f"# unique, never empty: first say whether {', '.join(unsure)} is impersonal\n# "
                if unsure
                else ""
            )
            yield f"{hint}archived = {_toml(seen.name)}"
            break
    number_ = next(
        (
            c.name
            for c in each.columns
            if c.type in ("text", "integer")
            and c.parent is None
            and c.name != each.key
            and re.fullmatch(NUMBER, plain(c.name))
            and c.looks is None
        ),
        None,
    )
    if number_ is not None:
        yield f"number = {_toml(number_)}"
    added = next(
        (
            c.name
            for c in each.columns
            if c.type in ("date", "timestamp") and (event_of(c.name) or "")[:1] == ("opened",)
        ),
        None,
    )
    if added is not None:
        yield f"added = {_toml(added)}"
    yield from _people(f"{place}.person", each, tables)
    yield from _events(place, each, sv[2], en[2])
    for part in tables.values():
        if part.role == "part" and _root(part, tables) is each:
            yield from (
                "",
                f"[[{place}.part]]",
                f"table = {_toml(part.name)}",
                f"parent = {_toml(part.over)}",
            )
            if part.under != each.name:
                yield f"of = {_toml(part.under)}"
            yield f"title = {_both(_said(part.name), _said(part.name))}"
            yield from _people(f"{place}.part.person", part, tables, owner=False)


def _people(place: str, each: Table, tables: dict[str, Table], *, owner: bool = True) -> Iterator[str]:
    ways: list[tuple[str | None, str, str]] = []
    for key in each.keys:
        contacts = tables[key.parent]
        email = contacts.with_field("email")
        if contacts.role == "contacts" and len(key.columns) == 1 and email is not None:
            ways.append((key.columns[0], email, _said(key.columns[0])))
    own = each.with_field("email")
    if own is not None:
        ways.append((None, own, _said(own)))
    for number, (over, email, role) in enumerate(ways):
        yield from ("", f"[[{place}]]")
        if over is not None:
            yield f"over = {_toml([over])}"
        yield f"email = {_toml(email)}"
        yield f"role = {_both(role, role)}"
        if not owner or number:
            yield "owner = false  # the record is somebody else's: only what is theirs goes"


def _events(place: str, each: Table, sv: str, en: str) -> Iterator[str]:
    names: set[str] = set()
    for seen in each.columns:
        if seen.type not in ("date", "timestamp") or re.fullmatch(ARCHIVED, plain(seen.name)) or seen.looks:
            continue
        what = event_of(seen.name)
        name = (
            f"{en} was {what[0]}"
            if what and what[0] in ("closed", "opened")
            else f"{en} {what[0]}"
            if what and what[0] == "ended"
            else f"{en}: {seen.name}"
        )
        said = f"{sv} {what[1]}" if what and what[0] != "last contact" else f"{sv}: {seen.name}"
        if name in names:
            name, said = f"{en}: {seen.name}", f"{sv}: {seen.name}"
        names.add(name)
        yield from ("", f"[[{place}.event]]", f"name = {_toml(name)}", f"clause = {_both(said, name)}")
        yield f"column = {_toml(seen.name)}"
        if not seen.nullable:
            yield 'missing = "never"'


def _declared(each: Table, tables: dict[str, Table]) -> Iterator[str]:
    yield ""
    if each.role == "loose":
        yield "# In no record kind: no rule reaches it. Is it a part, a kind of its own, or without persons (other)?"
    name = _key(each.name)
    if each.key != "id":
        yield from (f"[table.{name}]", f"key = {_toml(each.key)}", "")
    yield f"[table.{name}.column]"
    for seen in each.columns:
        yield _column_line(each, seen, tables)


def _is_impersonal(each: Table, seen: Seen, tables: dict[str, Table]) -> bool:
    """A key that is a number, a reference within the record, a date; nothing else."""
    if seen.looks is not None:
        return False
    inside = seen.parent is not None and tables[seen.parent].role not in ("contacts", "companies", "other")
    return (
        inside
        or (seen.name == each.key and seen.type in ("integer", "uuid"))
        or seen.type in ("date", "timestamp")
    )


def _column_line(each: Table, seen: Seen, tables: dict[str, Table]) -> str:
    keys, why = [f"title = {_both(_said(seen.name), _said(seen.name))}"], ""
    if seen.type != "text":
        keys.append(f"type = {_toml(seen.type)}")
    inside = seen.parent is not None and tables[seen.parent].role not in ("contacts", "companies", "other")
    plain_key = seen.name == each.key and seen.type in ("integer", "uuid")
    if seen.looks is not None:
        why = seen.looks.why
        word = "company" if each.role == "companies" and seen.looks.field == "name" else seen.looks.field
        if word is not None and each.with_field(seen.looks.field or "") == seen.name:
            keys.append(f"field = {_toml(word)}")
        if "free text" in why or "mention" in why:
            keys.append("free_text = true")
    elif plain_key or inside:
        keys.append("impersonal = true")
        why = "a key" if plain_key else f"belongs to {seen.parent}"
    elif seen.type in ("date", "timestamp"):
        keys.append("impersonal = true")
        why = "a date on which a clock may run"
    elif seen.parent is not None:
        why = f"leads to {seen.parent}"
    else:
        why = "nothing says that it is impersonal"
    if not seen.nullable:
        keys.append("nullable = false")
    if seen.parent is not None and tables[seen.parent].role != "other":
        keys.append(f"references = {_toml(seen.parent)}")
    return f"{_key(seen.name)} = {{ {', '.join(keys)} }}  # {why}"


def _noun(name: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    for names, sv, en in _NOUNS:
        if re.fullmatch(names, plain(name)):
            return sv, en
    said = _said(name)
    return (f"en post i {said}", f"poster i {said}", f"posten i {said}"), (
        f"a row of {said}",
        f"rows of {said}",
        f"the row of {said}",
    )


def _said(name: str) -> str:
    return re.sub(r"[_\s]+", " ", name).strip().lower()


def _bare(name: str) -> str:
    return plain(name) or "records"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _toml(value: object) -> str:
    """A text or list as TOML: JSON's form of them is TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _both(sv: str, en: str) -> str:
    return f"{{ sv = {_toml(sv)}, en = {_toml(en)} }}"
