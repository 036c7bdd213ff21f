"""`gallra hold add|list|release`: dated exceptions. A person's address is asked for or read, never an argument."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer

from gallra.cli.console import agreed, installation, show, table, write_json
from gallra.cli.spoken import Commands

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
BY = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    holds = Commands(help="Dated exceptions: what a hold protects is not erased.")
    holds.command("add")(add)
    holds.command("list")(list_)
    holds.command("release")(release)
    app.add_typer(holds, name="hold")


def add(
    what: Annotated[
        str,
        typer.Argument(metavar="KIND|person|-", help="A record kind; person: asked for; -: read from input."),
    ],
    key: Annotated[str, typer.Argument(metavar="ID", help="The record's number or key.")] = "",
    ground: Annotated[str, typer.Option(help="Why. It is kept beside the hold, not in the ledger.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day; else until released.")
    ] = None,
    begins: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Its first day; else today.")
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Hold one record, or everything of one person. The person's address is asked for, or read from input with -."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import holds

        now = timezone.now()
        person = what in ("person", "-")
        if person == bool(key):
            sys.stderr.write(
                _("Give a record kind and an ID, or person, or - for an address on standard input.") + "\n"
            )
            raise typer.Exit(2)
        address = read_address(what) if person else ""
        days: dict[str, Any] = {"begins": _day(begins), "until": _day(until)}
        last = days["until"].isoformat() if days["until"] else _("until it is released")
        told = _("everything of one person") if person else f"{what} {key}"
        if not as_json:
            show(_("A hold on %(what)s, %(until)s.") % {"what": told, "until": last})
        if not agreed(_("Set it?"), yes=yes, stdin_is_free=what != "-"):
            sys.stderr.write(_("Nothing was changed. To set it: add --yes") + "\n")
            raise typer.Exit(1)
        if person:
            made = holds.hold_person(address, ground=ground, now=now, by=BY, **days)
        else:
            made = holds.hold_record(what, key, ground=ground, now=now, by=BY, **days)
        if as_json:
            write_json(as_data(made))
        else:
            show(_("Hold %(hold)d is set.") % {"hold": made.pk})


def list_(
    ended: Annotated[bool, typer.Option("--all", help="Ended and released ones too.")] = False,
    as_json: Json = False,
) -> None:
    """The holds in force. Of a person only that it is a person is shown."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import holds

        found = list(holds.holds(timezone.localdate(), ended=ended))
        if as_json:
            write_json([as_data(hold) for hold in found])
            return
        if not found:
            show(_('Nothing is held. gallra hold add KIND ID --ground "…" sets a hold.'))
            return
        told = table(_("Hold"), _("What"), _("From"), _("Through"), _("Ground"), _("By"), numbers=(0,))
        for hold in found:
            what = f"{hold.kind} {hold.key}" if hold.kind else _("a person")
            last = hold.until.isoformat() if hold.until else "–"
            last = (
                _("released %(day)s") % {"day": f"{hold.released_at:%Y-%m-%d}"} if hold.released_at else last
            )
            told.add_row(str(hold.pk), what, hold.begins.isoformat(), last, hold.ground, hold.by)
        show(told)


def release(
    hold: Annotated[int, typer.Argument(help="The hold's number.")], yes: Yes = False, as_json: Json = False
) -> None:
    """End a hold. What it kept goes with the next sweep, if it is due."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import holds

        if not as_json:
            show(
                _("Hold %(hold)d ends now; what it kept and is due goes with the next sweep.")
                % {"hold": hold}
            )
        if not agreed(_("Release it?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To release it: add --yes") + "\n")
            raise typer.Exit(1)
        released = holds.release(hold, now=timezone.now(), by=BY)
        if as_json:
            write_json(as_data(released))
        else:
            show(_("Hold %(hold)d is released.") % {"hold": released.pk})


def read_address(what: str) -> str:
    """A person's address: asked for at the terminal, or the first line of standard input."""
    if what == "-":
        return sys.stdin.readline().strip()
    from django.utils.translation import gettext as _

    return str(typer.prompt(_("E-mail address"))).strip()


def as_data(hold: Any) -> dict[str, Any]:
    """A hold as JSON: of a person no address."""
    return {
        "hold": hold.pk, "kind": hold.kind or None, "key": hold.key or None, "person": not hold.kind,
        "from": hold.begins, "until": hold.until, "ground": hold.ground, "by": hold.by, "released": hold.released_at,
    }  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
