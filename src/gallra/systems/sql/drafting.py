"""A draft of the declaration of somebody else's database, for a person to read and edit (`gallra inspect`).

Deny by default: a column is personal in the draft unless it is a key, a reference within the record, or the date of an
event; contacts and companies stay though nothing refers to them. Each line says why. The draft is valid for
the reader and
fits the database it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gallra.systems.sql.casting import Seen, Table, root, tables_of
from gallra.systems.sql.database import ForeignDatabase
from gallra.systems.sql.personal import ARCHIVED, NUMBER, event_of, plain
from gallra.systems.sql.phrasing import bare, both, noun, said, toml, toml_key


def draft(database: ForeignDatabase, *, system: str, variable: str, times: str) -> str:
    """The draft's text. Raises Unreachable."""
    tables = tables_of(database)
    lines = [
        f"# Drafted by `gallra inspect {variable}`: read every line before you use it. What nobody marked impersonal is personal.",  # noqa: E501
        "# Then: gallra inspect --check FILE " + variable,
        f"times = {toml(times)}  # the zone of moments that are written without one: is it so?",
    ]
    others = [each.name for each in tables.values() if each.role == "other"]
    lines.append(f"other = {toml(others)}  # no persons were seen in these; look at each yourself")
    for role in ("contacts", "companies"):
        for each in tables.values():
            if each.role == role:
                lines += ["", f"[{role}]", f"table = {toml(each.name)}", *_contacts(each, tables, role)]
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


def _contacts(each: Table, tables: dict[str, Table], role: str) -> Iterator[str]:
    if role == "contacts":
        yield f"email = {toml(each.with_field('email'))}"
        for key, word in (("name", "name"), ("phone", "phone")):
            if (found := each.with_field(word)) is not None:
                yield f"{key} = {toml(found)}"
        for leads in each.keys:
            if len(leads.columns) == 1 and tables[leads.parent].role == "companies":
                yield f"company = {toml(leads.columns[0])}"
                break
    yield "kept = true  # false: they go when nothing refers to them any more"


def _kind(each: Table, tables: dict[str, Table], system: str) -> Iterator[str]:
    sv, en = noun(each.name)
    place = f"kind.{system}.{bare(each.name)}"
    yield from ("", f"[{place}]")
    for number, word in enumerate(("one", "many", "the")):
        yield f"noun.{word} = {both(sv[number], en[number])}"
    yield f"table = {toml(each.name)}"
    for leads in each.keys:
        if len(leads.columns) == 1 and tables[leads.parent].role == "companies":
            yield f"company = {toml(leads.columns[0])}"
            break
    yield from _columns_of_a_kind(each, tables)
    yield from _people(f"{place}.person", each, tables)
    yield from _events(place, each, sv[2], en[2])
    for part in tables.values():
        if part.role == "part" and root(part, tables) is each:
            yield from _part(place, each, part, tables)


def _columns_of_a_kind(each: Table, tables: dict[str, Table]) -> Iterator[str]:
    """The columns that say of a record that it is archived, by which number people know it, and when it came."""
    dates = [seen for seen in each.columns if seen.type in ("date", "timestamp")]
    archived = next((c for c in dates if c.nullable and re.fullmatch(ARCHIVED, plain(c.name))), None)
    if archived is not None:
        unique = [c for c in each.columns if c.name in each.unique and not c.nullable]
        unsure = ", ".join(c.name for c in unique if not _is_impersonal(each, c, tables))
        hint = f"# unique, never empty: first say whether {unsure} is impersonal\n# " if unsure else ""
        yield f"{hint}archived = {toml(archived.name)}"
    known_by = (
        c for c in each.columns if c.type in ("text", "integer") and c.parent is None and c.looks is None
    )
    number = next((c for c in known_by if c.name != each.key and re.fullmatch(NUMBER, plain(c.name))), None)
    if number is not None:
        yield f"number = {toml(number.name)}"
    added = next((c for c in dates if (event_of(c.name) or "")[:1] == ("opened",)), None)
    if added is not None:
        yield f"added = {toml(added.name)}"


def _part(place: str, record: Table, part: Table, tables: dict[str, Table]) -> Iterator[str]:
    yield from ("", f"[[{place}.part]]", f"table = {toml(part.name)}", f"parent = {toml(part.over)}")
    if part.under != record.name:
        yield f"of = {toml(part.under)}"
    yield f"title = {both(said(part.name), said(part.name))}"
    yield from _people(f"{place}.part.person", part, tables, owner=False)


def _people(place: str, each: Table, tables: dict[str, Table], *, owner: bool = True) -> Iterator[str]:
    ways: list[tuple[str | None, str, str]] = []
    for key in each.keys:
        contacts = tables[key.parent]
        email = contacts.with_field("email")
        if contacts.role == "contacts" and len(key.columns) == 1 and email is not None:
            ways.append((key.columns[0], email, said(key.columns[0])))
    own = each.with_field("email")
    if own is not None:
        ways.append((None, own, said(own)))
    for number, (over, email, role) in enumerate(ways):
        yield from ("", f"[[{place}]]")
        if over is not None:
            yield f"over = {toml([over])}"
        yield f"email = {toml(email)}"
        yield f"role = {both(role, role)}"
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
        clause = f"{sv} {what[1]}" if what and what[0] != "last contact" else f"{sv}: {seen.name}"
        if name in names:
            name, clause = f"{en}: {seen.name}", f"{sv}: {seen.name}"
        names.add(name)
        yield from ("", f"[[{place}.event]]", f"name = {toml(name)}", f"clause = {both(clause, name)}")
        yield f"column = {toml(seen.name)}"
        if not seen.nullable:
            yield 'missing = "never"'


def _declared(each: Table, tables: dict[str, Table]) -> Iterator[str]:
    yield ""
    if each.role == "loose":
        yield "# In no record kind: no rule reaches it. Is it a part, a kind of its own, or without persons (other)?"
    name = toml_key(each.name)
    if each.key != "id":
        yield from (f"[table.{name}]", f"key = {toml(each.key)}", "")
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
    keys, why = [f"title = {both(said(seen.name), said(seen.name))}"], ""
    if seen.type != "text":
        keys.append(f"type = {toml(seen.type)}")
    inside = seen.parent is not None and tables[seen.parent].role not in ("contacts", "companies", "other")
    plain_key = seen.name == each.key and seen.type in ("integer", "uuid")
    if seen.looks is not None:
        why = seen.looks.why
        word = "company" if each.role == "companies" and seen.looks.field == "name" else seen.looks.field
        if word is not None and each.with_field(seen.looks.field or "") == seen.name:
            keys.append(f"field = {toml(word)}")
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
        keys.append(f"references = {toml(seen.parent)}")
    return f"{toml_key(seen.name)} = {{ {', '.join(keys)} }}  # {why}"
