"""The declarations held against the running database: every table and column is declared (S1, S3)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding


def _declared(case: Case) -> dict[str, set[str]]:
    """The columns of every table of our own database that somebody declares: record kinds that a foreign
    system holds are not in it."""
    foreign = {
        k for system in case.policy.system.values() if system.connector != "own" for k in system.records
    }
    columns: dict[str, set[str]] = {table: set(names) for table, names in case.declared.items()}
    for kind in case.kinds.values():
        if kind.name not in foreign:
            for table in kind.tables():
                columns.setdefault(table.name, set()).update(column.name for column in table.columns)
    return columns


@finding("table-undeclared", "error", "GDPR 30.1, 5.2")
def table_undeclared(case: Case) -> Iterator[Found]:
    """A table that no record kind and no list of our own names."""
    declared = _declared(case)
    for table in sorted(case.live or ()):
        if table not in declared:
            yield Found(
                "",
                Text(
                    f"Tabellen {table} är inte deklarerad; den kan innehålla personuppgifter som ingen regel når.",
                    f"The table {table} is not declared; it may hold personal data that no rule reaches.",
                ),
                Text(
                    "Deklarera den i en posttyp, eller ta bort den.",
                    "Declare it in a record kind, or drop it.",
                ),
                subject=table,
            )


@finding("column-undeclared", "error", "GDPR 30.1, 5.2")
def column_undeclared(case: Case) -> Iterator[Found]:
    """A column that its table's declaration does not name: treated as personal, and not in the extract's
    words."""
    declared = _declared(case)
    for table, columns in sorted((case.live or {}).items()):
        for column in sorted(set(columns) - declared.get(table, set(columns))):
            yield Found(
                "",
                Text(
                    f"Kolumnen {table}.{column} är inte deklarerad.",
                    f"The column {table}.{column} is not declared.",
                ),
                Text(
                    "Deklarera den i posttypen, eller ta bort den.",
                    "Declare it in the record kind, or drop it.",
                ),
                subject=f"{table}.{column}",
            )


@finding("column-missing", "error", "GDPR 5.2")
def column_missing(case: Case) -> Iterator[Found]:
    """A declared column that the database does not have: migrations have not run, or the declaration is
    wrong."""
    live = case.live
    if live is None:
        return
    for table, columns in sorted(_declared(case).items()):
        for column in sorted(columns - set(live.get(table, ()))):
            yield Found(
                "",
                Text(
                    f"Kolumnen {table}.{column} finns inte i databasen.",
                    f"The column {table}.{column} is not in the database.",
                ),
                Text(
                    "Kör gallra migrate, eller rätta deklarationen.",
                    "Run gallra migrate, or correct the declaration.",
                ),
                subject=f"{table}.{column}",
            )
