"""`gallra staff add|list|close|reopen`: who of the controller's staff signs in. Addresses are never arguments."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gallra.cli.console import agreed, installation, show, table, write_json
from gallra.cli.holds import read_address
from gallra.cli.spoken import Commands

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Number = Annotated[
    int, typer.Argument(metavar="NUMBER", help="The account's number; gallra staff list shows it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    staff = Commands(help="The sign-in accounts of the controller's staff.")
    staff.command("add")(add)
    staff.command("list")(list_)
    staff.command("close")(close)
    staff.command("reopen")(reopen)
    app.add_typer(staff, name="staff")


def add(
    role: Annotated[str, typer.Option(help="support, sales, finance, marketing, privacy or operator.")],
    who: Annotated[
        str,
        typer.Argument(metavar="-", help="-: read the address from standard input; else it is asked for."),
    ] = "",
    name: Annotated[str, typer.Option(help="As colleagues see it.")] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Let a member of staff sign in. They get a code by e-mail each time they ask for one."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.site.accounts import add_staff
        from gallra.site.models import Role

        if who not in ("", "-") or role not in Role.values:
            words = {"roles": ", ".join(Role.values)}
            sys.stderr.write(
                _("Give a role (%(roles)s), and - for an address on standard input. Nothing was changed.")
                % words
                + "\n"
            )
            raise typer.Exit(2)
        address = read_address(who)
        if not as_json:
            show(_("An account for a member of staff who works with: %(role)s.") % {"role": Role(role).label})
        if not agreed(_("Add it?"), yes=yes, stdin_is_free=who != "-"):
            sys.stderr.write(_("Nothing was changed. To add it: add --yes") + "\n")
            raise typer.Exit(1)
        made = add_staff(address, name=name, role=role)
        if as_json:
            write_json({"user": made.pk, "role": made.role})
        else:
            show(_("Account %(user)d is made.") % {"user": made.pk})


def list_(as_json: Json = False) -> None:
    """The accounts of staff, by number, name and role."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.site.models import User

        found = list(User.objects.exclude(role="").order_by("pk"))
        if as_json:
            write_json([
                {"user": user.pk, "name": user.name, "role": user.role, "joined": user.joined_at,
                 "closed": user.closed_at}
                for user in found
            ])  # fmt: skip
            return
        told = table(_("Account"), _("Name"), _("Role"), _("Closed"), numbers=(0,))
        for user in found:
            ended = user.closed_at.date().isoformat() if user.closed_at else "–"
            told.add_row(str(user.pk), user.name or "–", user.get_role_display(), ended)
        show(
            told if found else _("Nobody can sign in yet. gallra staff add --role privacy makes an account.")
        )


def close(user: Number, yes: Yes = False) -> None:
    """Nobody signs in with it any more; the account itself goes by its period."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.site.accounts import close_account

        if not agreed(_("Close account %(user)d?") % {"user": user}, yes=yes):
            sys.stderr.write(_("Nothing was changed. To close it: add --yes") + "\n")
            raise typer.Exit(1)
        if not close_account(user, now=timezone.now()):
            sys.stderr.write(
                _("There is no open account %(user)d. Nothing was changed.") % {"user": user} + "\n"
            )
            raise typer.Exit(1)
        show(_("Account %(user)d is closed.") % {"user": user})


def reopen(user: Number, yes: Yes = False) -> None:
    """A closed account can be signed in with again, while it is still there."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.site.accounts import reopen_account

        if not agreed(_("Reopen account %(user)d?") % {"user": user}, yes=yes):
            sys.stderr.write(_("Nothing was changed. To reopen it: add --yes") + "\n")
            raise typer.Exit(1)
        if not reopen_account(user, now=timezone.now()):
            sys.stderr.write(
                _("There is no closed account %(user)d. Nothing was changed.") % {"user": user} + "\n"
            )
            raise typer.Exit(1)
        show(_("Account %(user)d is open again.") % {"user": user})
