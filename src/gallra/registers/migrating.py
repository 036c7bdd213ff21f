"""What migrations of the registers do beyond Django's: immediate foreign keys, guards in the database."""

from __future__ import annotations

from django.db.migrations import RunSQL


def immediate(app: str) -> RunSQL:
    """Make every foreign key of the app's tables not deferrable.

    A deferred one lets the deletion of a contact and a new case for it both succeed until the commit, and
    then the new case fails; an immediate one makes the second writer wait.
    """
    return RunSQL(
        f"""
        DO $$
        DECLARE found record;
        BEGIN
          FOR found IN
            SELECT conrelid::regclass AS held_by, conname FROM pg_constraint
            WHERE contype = 'f' AND condeferrable AND connamespace = current_schema()::regnamespace
              AND starts_with((SELECT relname FROM pg_class WHERE oid = conrelid), '{app}_')
          LOOP
            EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', found.held_by, found.conname);
          END LOOP;
        END $$
        """,  # noqa: S608 - names of our own, no values
        RunSQL.noop,
    )


def forget_when_gone(table: str, column: str, target: str) -> RunSQL:
    """Let the database empty `table.column` when the row of `target` that it names goes."""
    return RunSQL(
        f"""
        DO $$
        DECLARE found name;
        BEGIN
          SELECT conname INTO STRICT found FROM pg_constraint
          WHERE contype = 'f' AND conrelid = '{table}'::regclass AND conkey = ARRAY[(
            SELECT attnum FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}')];
          EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', found);
          EXECUTE format('ALTER TABLE {table} ADD CONSTRAINT %I FOREIGN KEY ({column})'
                         ' REFERENCES {target} (id) ON DELETE SET NULL NOT DEFERRABLE', found);
        END $$
        """,  # noqa: S608 - names of our own, no values
        RunSQL.noop,
    )


def guard_fields(table: str) -> RunSQL:
    """Refuse, on every way in, a value in a column that the adopted policy's purposes do not name (M2–M5)."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_fields BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION directory_refuse_field()
        """,
        f"DROP TRIGGER {table}_fields ON {table}",
    )


def guard_kind(table: str, kind: str, condition: str = "") -> RunSQL:
    """Refuse every new row of a record kind that the adopted policy names in no system (S1)."""
    # A table of one kind is asked about once per statement: a million rows by COPY cost one look.
    each = f"FOR EACH ROW WHEN ({condition})" if condition else "FOR EACH STATEMENT"
    name = kind.replace(".", "_") + "_on"
    return RunSQL(
        f"""
        CREATE TRIGGER {name} BEFORE INSERT ON {table}
        {each} EXECUTE FUNCTION directory_refuse_kind('{kind}')
        """,
        f"DROP TRIGGER {name} ON {table}",
    )


def without_statistics(table: str, *columns: str) -> RunSQL:
    """Let ANALYZE keep no sample of the columns' values: it would stay when the rows are gone."""
    changes = ", ".join(f"ALTER COLUMN {column} SET STATISTICS 0" for column in columns)
    return RunSQL(f"ALTER TABLE {table} {changes}", RunSQL.noop)


def index_without_statistics(name: str) -> RunSQL:
    """The same for an index over an expression, of which ANALYZE keeps a sample too."""
    return RunSQL(f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0", RunSQL.noop)
