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

    Call it after every migration. A test or a restore may call it any number of times.
    """
    app = sql.Identifier(str(connections["default"].settings_dict["USER"]))
    locked = append_only_tables()
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'S') AND relowner = current_user::regrole"
        )
        found = [(str(name), str(kind)) for name, kind in cursor.fetchall()]
        statements = [sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app)]
        for name, kind in found:
            if kind == "S":
                what, rights = sql.SQL("SEQUENCE"), sql.SQL("USAGE, SELECT")
            else:
                what = sql.SQL("TABLE")
                rights = sql.SQL(_rights(name, locked))
            target = sql.Identifier("public", name)
            statements.append(sql.SQL("REVOKE ALL ON {} {} FROM {}, PUBLIC").format(what, target, app))
            statements.append(sql.SQL("GRANT {} ON {} {} TO {}").format(rights, what, target, app))
        missing = locked - {name for name, _kind in found}
        if missing:
            raise LookupError(f"append-only tables that do not exist: {', '.join(sorted(missing))}")
        for statement in statements:
            cursor.execute(statement.as_string(None))


def _rights(table: str, locked: frozenset[str]) -> str:
    if table == "django_migrations":
        return "SELECT"
    if table in locked:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"
