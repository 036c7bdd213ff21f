"""`gallra restore`: after PostgreSQL's own restore, what was done since the backup is done again."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gallra.cli.console import agreed, installation, show, signed, table, write_json

if TYPE_CHECKING:
    from gallra.running.restoring import Missing, Restored
    from gallra.running.unsettled import Left


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
    settled: Annotated[
        list[int] | None,
        typer.Option(metavar="NUMBER", help="An entry that a restore left: somebody has seen to it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")] = False,
) -> None:
    """After a backup was put back: join the ledger's tail, and do again what was decided since."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import replay, restoring
        from gallra.running.behind import behind

        now = timezone.now()
        if settled:
            _settle(settled, now, as_json)
            return
        if not behind():
            replay.reconcile()
        missing = restoring.look()
        if not behind() and missing.nothing:
            _say_nothing(as_json)
            return
        if dry_run:
            write_json(_as_json(missing)) if as_json else _tell(missing)
            return
        if not as_json:
            _tell(missing)
        if not agreed(_("Do it again, as it was done?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To do it: add --yes") + "\n")
            raise typer.Exit(1)
        done = restoring.restore(now, skip=frozenset(skip or ()))
        signed(now)
        if as_json:
            write_json({
                "restored": True, "entries": done.entries, "replayed": done.counts, "unlisted": done.unlisted,
                "skipped": done.skipped, "unsure": done.unsure, "lost": done.lost, "contacts": done.contacts,
                "companies": done.companies, "adopt": done.adopt,
            })  # fmt: skip
        else:
            _tell_done(done)
        if not done.complete:
            raise typer.Exit(1)


def _settle(numbers: list[int], now: datetime, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from gallra.running import unsettled

    try:
        entry = unsettled.settle(numbers, now=now, by="command line")
    except unsettled.NotLeft as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None
    signed(now)
    if as_json:
        write_json({"settled": numbers, "entry": entry})
    else:
        show(_("Written down in entry %(entry)d.") % {"entry": entry})


def _say_nothing(as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from gallra.running import unsettled

    left = unsettled.left()
    if as_json:
        write_json({"missing": {}, "restored": False, "left": [each.number for each in left]})
        return
    show(_("The database has everything that stands outside it. Nothing was done."))
    _tell_left(left)


def _as_json(missing: Missing) -> dict[str, object]:
    return {
        "missing": missing.counts(), "unlisted": sorted(missing.unlisted), "unsure": sorted(missing.unsure),
        "lost": missing.lost, "restored": False,
    }  # fmt: skip


def _tell(missing: Missing) -> None:
    """What the database lacks, and of that by name what cannot be done again."""
    from django.utils.translation import gettext as _

    from gallra.running import unsettled

    show(_("%(count)d entries of the ledger are missing in the database.") % {"count": len(missing.entries)})
    found = table(_("Action"), _("Entries"), numbers=(1,))
    for action, count in missing.counts().items():
        found.add_row(action, str(count))
    show(found)
    for title, entries in (
        (_("These have no line in the list to replay; they have to be done again by hand:"), missing.unlisted),
        (_("Of these it is not known whether they were done; they are not done again:"), missing.unsure),
    ):  # fmt: skip
        if entries:
            show(title)
            _table(unsettled.described(number, entry) for number, entry in sorted(entries.items()))
    for series, (first, last) in missing.lost.items():
        words = {"series": series, "first": first, "last": last}
        show(
            _("Numbers of the series %(series)s that were given since the backup: %(first)d to %(last)d.")
            % words
        )


def _tell_done(done: Restored) -> None:
    from django.utils.translation import gettext as _

    from gallra.running import unsettled

    show(
        _("%(count)d entries are back; what %(again)d of them tell of was done again.")
        % {"count": done.entries, "again": sum(done.counts.values())}
    )
    _tell_left(unsettled.left())
    show(
        _(
            "Accounts of staff that were closed since the backup are open again: look through gallra staff list."
        )
    )
    if done.adopt:
        show(_("Until now another version of the policy ran. Adopt it again; no sweep begins before: %(hash)s")
             % {"hash": done.adopt})  # fmt: skip


def _tell_left(left: tuple[Left, ...]) -> None:
    from django.utils.translation import gettext as _

    if left:
        show(_("Left to see to; the board says so until gallra restore --settled NUMBER:"))
        _table(left)


def _table(left: Iterable[Left]) -> None:
    from django.utils.translation import gettext as _

    found = table(_("Entry"), _("Action"), _("About"), _("What to do"), numbers=(0,))
    for each in left:
        found.add_row(str(each.number), each.action, each.about, each.to_do)
    show(found)
