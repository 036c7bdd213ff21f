"""`gallra restore`: after PostgreSQL's own restore, what was done since the backup is done again."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gallra.cli.console import agreed, installation, show, signed, table, write_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore")(restore)


def restore(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is missing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    skip: Annotated[
        list[int] | None,
        typer.Option(metavar="NUMBER", help="An entry whose effect cannot be repeated: put it back without."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")] = False,
) -> None:
    """After a backup was put back: join the ledger's tail, and erase, correct and hold again what was since."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import restoring

        now = timezone.now()
        missing = restoring.look()
        if not restoring.behind():
            if as_json:
                write_json({"missing": {}, "restored": False})
            else:
                show(_("The database has everything that stands outside it. Nothing was done."))
            return
        if not as_json:
            show(
                _("%(count)d entries of the ledger are missing in the database.")
                % {"count": len(missing.entries)}
            )
            found = table(_("Action"), _("Entries"), numbers=(1,))
            for action, count in missing.counts().items():
                found.add_row(action, str(count))
            show(found)
            _tell_unlisted(missing.unlisted)
        if dry_run:
            if as_json:
                write_json({"missing": missing.counts(), "unlisted": missing.unlisted, "restored": False})
            return
        if not agreed(_("Do it again, as it was done?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To do it: add --yes") + "\n")
            raise typer.Exit(1)
        done = restoring.restore(now, skip=frozenset(skip or ()))
        signed(now)
        if as_json:
            write_json({
                "restored": True, "replayed": done.counts, "unlisted": done.unlisted, "skipped": done.skipped,
                "contacts": done.contacts, "companies": done.companies, "adopt": done.adopt,
            })  # fmt: skip
        else:
            show(
                _("%(count)d entries are back, and what they tell of was done again.")
                % {"count": sum(done.counts.values())}
            )
            if done.adopt:
                show(_("Until now another version of the policy ran. Adopt it again; no sweep begins before: %(hash)s")
                     % {"hash": done.adopt})  # fmt: skip
        if done.unlisted or done.skipped or done.adopt:
            raise typer.Exit(1)


def _tell_unlisted(numbers: tuple[int, ...]) -> None:
    from django.utils.translation import gettext as _

    if numbers:
        show(
            _("No line in the list to replay; the entries come back, what they tell of must be done by hand:")
            + " " + ", ".join(map(str, numbers))
        )  # fmt: skip
