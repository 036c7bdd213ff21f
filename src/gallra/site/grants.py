"""What the working role may do: read and write in every table, only add to the append-only ones, own nothing.

An app names its append-only models in its AppConfig (`append_only = ("Entry",)`); design.md section 7.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections, transaction
from psycopg import sql


def append_only_tables() -> frozenset[str]:
    """The tables to which the working role may only add."""
    return frozenset(
        config.get_model(model)._meta.db_table
        for config in apps.get_app_configs()
        for model in getattr(config, "append_only", ())
    )


def apply() -> None:
    """Grant the working role its rights anew, as the owner; what was granted otherwise is taken back.

    Call it after every migration. A test or a restore may call it any number of times. LookupError when an app names an
    append-only table that does not exist.
    """
    app = sql.Identifier(str(connections["default"].settings_dict["USER"]))
    locked = append_only_tables()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_OWN)
        found = [(str(name), str(kind), str(table)) for name, kind, table in cursor.fetchall()]
        if missing := locked - {name for name, _kind, _table in found}:
            raise LookupError(f"append-only tables that do not exist: {', '.join(sorted(missing))}")
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app).as_string(None))
        for name, kind, table in found:
            what = sql.SQL("SEQUENCE" if kind == "S" else "TABLE")
            rights = sql.SQL(_on_sequence(table, locked) if kind == "S" else _on_table(name, locked))
            target = sql.Identifier("public", name)
            for statement in (
                sql.SQL("REVOKE ALL ON {} {} FROM {}, PUBLIC").format(what, target, app),
                sql.SQL("GRANT {} ON {} {} TO {}").format(rights, what, target, app),
            ):
                cursor.execute(statement.as_string(None))


# The owner's tables, views and sequences; for a sequence the table whose numbers it gives.
_OWN = """
    SELECT c.relname, c.relkind, coalesce(t.relname, '')
    FROM pg_class c
    LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = d.refobjid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
        AND c.relowner = current_user::regrole
    ORDER BY c.relname
"""


def _on_table(table: str, locked: frozenset[str]) -> str:
    if table == "django_migrations":
        return "SELECT"
    return "SELECT, INSERT" if table in locked else "SELECT, INSERT, UPDATE, DELETE"


def _on_sequence(table: str, locked: frozenset[str]) -> str:
    """The numbers of what is append-only can be taken, never set back."""
    return "USAGE, SELECT" if table in locked else "USAGE, SELECT, UPDATE"
