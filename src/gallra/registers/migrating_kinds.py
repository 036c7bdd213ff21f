"""A restriction that is about some record kinds only, as the database keeps it (Article 18(1)(d)): the block of
`migrating_restricted` also asks of which kind a row is.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

from gallra.registers.migrating_restricted import REFUSE, WAYS, changed

ABOUT = "(r.kinds IS NULL OR r.kinds ? {kind})"


def restrict_kinds(
    table: str,
    contacts: str,
    *,
    kind: str = "",
    role: str = "",
    by: str = "contact_id",
    of: tuple[str, str] | None = None,
    but: tuple[str, ...] = (),
    removal: bool = False,
) -> RunSQL:
    """Let the guard that the table has (`guard_restricted_rows`, with the same words) refuse only rows of the kinds
    that a restriction is about; a contact counts by its table's name.

    kind: of the table's rows, or of their records. role: where the record's table holds several kinds, the column that
    tells them apart; `kind` is then what stands before it ("crm.").
    """
    ways = [way for way in WAYS if removal or way != "DELETE"]
    tests = " ".join(
        f"{'ELSIF' if place else 'IF'} TG_OP = '{way}' THEN found := {_asked(way, contacts, kind, role, by, of, but)};"
        for place, way in enumerate(ways)
    )
    joined = f"SELECT c.id FROM directory_restricted r JOIN {contacts} c ON c.email = r.email"  # noqa: S608 - ours
    known = "SELECT r.email FROM directory_restricted r" if by == "id" else joined
    if not role:
        known += " WHERE " + ABOUT.format(kind=f"'{table if by == 'id' else kind}'")
    type_ = "text" if by == "id" else "bigint"
    return RunSQL(REFUSE.format(table=table, tests=tests, type=type_, known=known), RunSQL.noop)


def _asked(
    way: str, contacts: str, kind: str, role: str, by: str, of: tuple[str, str] | None, but: tuple[str, ...]
) -> str:
    """Whether one of the statement's rows is a restricted person's, by the row itself or by its record."""
    tests = []
    for rows in WAYS[way]:
        further = changed(rows, but) if way == "UPDATE" and but else ""
        if by:
            column = "email" if by == "id" else by
            own = f"'{kind}' || x.{role}"
            if of:
                own = f"(SELECT '{kind}' || q.{role} FROM {of[0]} q WHERE q.id = x.{of[1]})"  # noqa: S608 - ours
            about = _about(contacts, f"x.{column}", own) if role else ""
            tests.append(
                f"EXISTS (SELECT FROM {rows} x WHERE x.{column} IN (SELECT unnest(known)){about}{further})"
            )
        if of:
            record, column = of
            about = _about(contacts, "p.contact_id", f"'{kind}' || p.{role}") if role else ""
            owned = f"SELECT p.id FROM {record} p WHERE p.contact_id = ANY (known){about}"  # noqa: S608 - ours
            tests.append(f"EXISTS (SELECT FROM {rows} x WHERE x.{column} IN ({owned}){further})")
    return " OR ".join(tests)


def _about(contacts: str, contact: str, kind: str) -> str:
    """Whether a contact's restriction is about the kind."""
    joined = f"{contacts} c JOIN directory_restricted r ON r.email = c.email"
    return f" AND EXISTS (SELECT FROM {joined} WHERE c.id = {contact} AND {ABOUT.format(kind=f'({kind})')})"
