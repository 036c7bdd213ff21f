"""`gallra adopt`: a version of the policy becomes the running one, once it is seen what that changes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gallra.cli.console import agreed, installation, show, table, write_json
from gallra.cli.failures import say
from gallra.cli.failures import told as failed

if TYPE_CHECKING:
    from gallra.running.adopting import Difference


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(adopt)


def adopt(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    reason: Annotated[str, typer.Option(help="Why this version; asked for where it is left out.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and adopt nothing.")
    ] = False,
    gone: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SYSTEM",
            help="Another database that the policy leaves out no longer exists: write off what waits to be done there.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")] = False,
) -> None:
    """Make a policy the running one. Shows per promise what changes, and how many records go because of it."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.policy import PolicyMistakes
        from gallra.running import adopting, board

        now = timezone.now()
        try:
            told = adopting.difference(file, now=now)
        except PolicyMistakes as mistakes:
            say(failed(mistakes))
            raise typer.Exit(2) from None
        if not as_json:
            tell(told)
        if dry_run:
            if as_json:
                write_json(as_data(told))
            return
        if told.previous == told.version and not told.declared:
            sys.stderr.write(_("This version runs already. Nothing was changed.") + "\n")
            return
        if not agreed(_("Adopt it?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To adopt it: add --yes") + "\n")
            raise typer.Exit(1)
        words = reason.strip() or _ask_reason()
        made = adopting.adopt(file, reason=words, now=now, by="command line", gone=gone or ())
        board.check(now, audit=True)
        if as_json:
            write_json({**as_data(told), "adopted": made.at})
        else:
            show(_("Version %(version)s runs now.") % {"version": made.version[:12]})


def as_data(told: Difference) -> dict[str, object]:
    """The difference as JSON."""
    return {
        "version": told.version,
        "previous": told.previous,
        "changes": [asdict(change) for change in told.changes],
        "rules": [{**asdict(count), "more": count.more} for count in told.counts],
        "blanked_fields": told.fields,
        "due": told.plan.taken,
        "owed": told.owed,
    }


def tell(told: Difference) -> None:
    """The difference per promise, then what goes tonight because of it."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from gallra.cli.telling import language

    lang = language()
    if told.previous is None:
        show(_("The first version: every promise is new."))
    elif not told.changes:
        show(_("No promise, period or field changes."))
    for change in told.changes:
        mark = "!" if change.erases_more else " "
        show(f"{mark} {change.promise or change.place:<6} {change.sentence[lang]}")
    rows = [count for count in told.counts if count.tonight or count.before]
    if rows:
        shown = table(_("Promise"), _("Record kind"), _("Due tonight"), _("Before"), numbers=(2, 3))
        for count in rows:
            shown.add_row(" ".join(count.promises) or "–", count.kind, str(count.tonight), str(count.before))
        show(shown)
    for system, owed in told.owed.items():
        show(
            ngettext(
                "%(system)s is left out, and %(n)d thing that somebody asked for has not been done there yet.",
                "%(system)s is left out, and %(n)d things that somebody asked for have not been done there yet.",
                owed,
            )
            % {"system": system, "n": owed}
        )
    for trouble in told.plan.unreachable:
        show(_("Not asked: %(why)s") % {"why": trouble})
    more = sum(count.more for count in told.counts if count.more > 0 and count.verb != "review")
    if more:
        show(
            ngettext("%(n)d more record goes tonight.", "%(n)d more records go tonight.", more) % {"n": more}
        )
    for name, words in told.fields.items():
        show(
            _("Blanked in %(table)s, for no purpose names it: %(fields)s")
            % {"table": name, "fields": ", ".join(words)}
        )


def _ask_reason() -> str:
    from django.utils.translation import gettext as _

    if not sys.stdin.isatty():
        sys.stderr.write(_('Say why: --reason "…". Nothing was changed.') + "\n")
        raise typer.Exit(2)
    return str(typer.prompt(_("Why this version?"))).strip()
