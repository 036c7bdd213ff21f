"""The database's tables: made and changed as the owner, then opened to the working role."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from gallra.site import grants


def pending() -> bool:
    """Whether this release brings migrations that the database has not seen."""
    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(*, verbosity: int = 0) -> None:
    """Bring the tables to this release's form, Procrastinate's included, and grant the working role its rights."""
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    grants.apply()
