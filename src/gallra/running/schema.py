"""The live schema of our own database: what `check` holds the declarations against (S1, S3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connections

# The catalogue rather than information_schema, which hides what the working role may not read.
_COLUMNS = """
SELECT c.relname, a.attname
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""


def live_schema() -> Mapping[str, tuple[str, ...]]:
    """Every table of the installation's schema with its columns, whoever made it. Reads no rows."""
    found: dict[str, list[str]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
    return {table: tuple(columns) for table, columns in found.items()}
