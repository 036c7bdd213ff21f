"""The block on restricted people's data (Article 18) as the database keeps it: asked once a statement, of all its rows.

A trigger per row asked the same question for each of a sweep's rows, which took twice as long as the sweep. These ask
when the statement has been done, and undo it: whoever was restricted while it ran is protected, too.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

WAYS = {"INSERT": ("fresh",), "UPDATE": ("fresh", "stale"), "DELETE": ("stale",)}
"""The rows that a statement leaves (fresh) and those that it found (stale)."""
_NAMES = {"fresh": "NEW TABLE AS fresh", "stale": "OLD TABLE AS stale"}


def guard_restricted_rows(
    table: str,
    contacts: str,
    *,
    by: str = "contact_id",
    of: tuple[str, str] | None = None,
    but: tuple[str, ...] = (),
    removal: bool = False,
) -> RunSQL:
    """Refuse every statement that changes a row of a restricted person's, whatever the way in, in the place of
    `migrating.guard_restricted`.

    contacts: the register's table of contacts; by: the column that names one, "id" for the contacts themselves, empty
    where there is none; of: the record's table and the column that names it, for a part. but: columns whose change is
    no use of the person (a company's clock, an index's words). removal: refuse that as well.
    """
    ways = [way for way in WAYS if removal or way != "DELETE"]
    tests = " ".join(
        f"{'ELSIF' if place else 'IF'} TG_OP = '{way}' THEN found := {_asked(way, by, of, but)};"
        for place, way in enumerate(ways)
    )
    mine = "email" if by == "id" else "id"
    known = _EMAILS if by == "id" else _KEYS
    triggers = " ".join(
        f"CREATE TRIGGER {table}_{way.lower()}_restricted AFTER {way} ON {table}"
        f" REFERENCING {' '.join(_NAMES[name] for name in WAYS[way])}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_restricted_rows();"
        for way in ways
    )
    made = REFUSE.format(
        table=table,
        tests=tests,
        type="text" if mine == "email" else "bigint",
        known=known.format(contacts=contacts),
    )
    old = f"DROP TRIGGER {table}_restricted ON {table}; DROP FUNCTION {table}_refuse_restricted();"
    return RunSQL(made + triggers + old, RunSQL.noop)


_EMAILS = "SELECT r.email FROM directory_restricted r"
_KEYS = "SELECT c.id FROM directory_restricted r JOIN {contacts} c ON c.email = r.email"
REFUSE = """
CREATE OR REPLACE FUNCTION {table}_refuse_restricted_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found boolean := false;
  known {type}[];
BEGIN
  -- Nearly always nobody is restricted: one look into a table of a page.
  IF EXISTS (SELECT FROM directory_restricted)
    AND coalesce(current_setting('gallra.own_wish', true), '') <> 'yes' THEN
    known := ARRAY({known});
    IF known <> '{{}}' THEN
      {tests} END IF;
    END IF;
    IF found THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'restricted', MESSAGE = format('a row of %I is restricted', TG_TABLE_NAME);
    END IF;
  END IF;
  RETURN NULL;
END $$;
"""


def _asked(way: str, by: str, of: tuple[str, str] | None, but: tuple[str, ...]) -> str:
    """Whether one of the statement's rows is a restricted person's, by the row itself or by its record."""
    tests = []
    for rows in WAYS[way]:
        further = changed(rows, but) if way == "UPDATE" and but else ""
        if by:
            column = "email" if by == "id" else by
            tests.append(f"EXISTS (SELECT FROM {rows} x WHERE x.{column} IN (SELECT unnest(known)){further})")
        if of:
            record, column = of
            owned = f"SELECT p.id FROM {record} p WHERE p.contact_id = ANY (known)"  # noqa: S608 - names of ours
            tests.append(f"EXISTS (SELECT FROM {rows} x WHERE x.{column} IN ({owned}){further})")
    return " OR ".join(tests)


def changed(rows: str, but: tuple[str, ...]) -> str:
    """Whether more of a row has changed than the columns that may."""
    other = "stale" if rows == "fresh" else "fresh"
    free = "ARRAY[" + ", ".join(f"'{column}'" for column in but) + "]"
    same = f"y.id = x.id AND to_jsonb(y) - {free} = to_jsonb(x) - {free}"
    return f" AND NOT EXISTS (SELECT FROM {other} y WHERE {same})"
