"""`gallra restrictions`: people whose data is only stored (Article 18). An address is asked for or read, never an
argument."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from gallra.cli.console import agreed, installation, show, signed, table, write_json
from gallra.cli.holds import read_address
from gallra.cli.spoken import Commands

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
BY = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    restrictions = Commands(help="People whose data is only stored, until that is lifted (Article 18).")
    restrictions.command("list")(list_)
    restrictions.command("add")(add)
    restrictions.command("lift")(lift)
    app.add_typer(restrictions, name="restrictions")


def list_(
    lifted: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False, as_json: Json = False
) -> None:
    """The restrictions in force, and how far the lifting of each has come. Nobody's address is shown."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.rights import restriction

        found = list(restriction.restrictions(lifted=lifted))
        if as_json:
            write_json([as_data(each) for each in found])
            return
        if not found:
            show(_("Nobody's data is restricted."))
            return
        told = table(
            _("Restriction"), _("Request"), _("Since"), _("Ends"), _("Told"), _("Lifted"), numbers=(0, 1)
        )
        for each in found:
            told.add_row(
                str(each.pk), str(each.request or "–"), f"{each.since:%Y-%m-%d}",
                each.ends_on.isoformat() if each.ends_on else "–", _day(each.told_at), _day(each.lifted_at),
            )  # fmt: skip
        show(told)


def add(
    what: Annotated[str, typer.Argument(metavar="person|-", help="person: asked for; -: read from input.")],
    ground: Annotated[
        str, typer.Option(help="Why. It is kept beside the restriction, not in the ledger.")
    ] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Restrict one person's data from now on: it is stored, and nothing else is done with it."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import restriction

        if what not in ("person", "-"):
            sys.stderr.write(_("Give person, or - for an address on standard input.") + "\n")
            raise typer.Exit(2)
        address = read_address(what)
        if not as_json:
            show(
                _(
                    "No verb, page or mailing uses the person's data, and no sweep erases it, until that is lifted."
                )
            )
        if not agreed(_("Restrict it?"), yes=yes, stdin_is_free=what != "-"):
            sys.stderr.write(_("Nothing was changed. To restrict it: add --yes") + "\n")
            raise typer.Exit(1)
        now = timezone.now()
        made = restriction.add(address, ground=ground, by=BY, now=now)
        signed(now)
        if as_json:
            write_json(as_data(made))
        else:
            show(_("Restriction %(number)d is in force.") % {"number": made.pk})


def lift(
    number: Annotated[int, typer.Argument(help="The restriction's number.")],
    reason: Annotated[str, typer.Option(help="Why it ends; the person is told.")] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it ends; else a week from now.")
    ] = None,
    told: Annotated[str, typer.Option(help="How the person was told, where not by mail.")] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Decide that a restriction ends. The person is told first; it is lifted on a day after that."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import restriction

        if not as_json:
            show(_("The person is told, with the reason; until then, and until the day, nothing changes."))
        if not agreed(_("End it?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To end it: add --yes") + "\n")
            raise typer.Exit(1)
        ended = restriction.end(
            number, reason=reason, by=BY, now=timezone.now(), on=on.date() if on else None, told_how=told
        )
        if as_json:
            write_json(as_data(ended))
        else:
            show(_("Restriction %(number)d ends on %(day)s.") % {"number": ended.pk, "day": ended.ends_on})


def as_data(found: Any) -> dict[str, Any]:
    """A restriction as JSON: no address."""
    return {
        "restriction": found.pk, "request": found.request, "hold": found.hold, "since": found.since,
        "ground": found.ground, "reason": found.reason, "ends": found.ends_on, "told": found.told_at,
        "lifted": found.lifted_at, "kinds": found.kinds,
    }  # fmt: skip


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "–"
