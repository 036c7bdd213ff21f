"""`gallra mail state|outbox|trial|again|give-up|look`: what is sent and what comes in; never an address as argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gallra.cli.console import installation, show, table, write_json
from gallra.cli.holds import read_address
from gallra.cli.spoken import Commands

if TYPE_CHECKING:
    from gallra.mail.state import State

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    mail = Commands(help="Mail: what is sent, what failed, what comes in.")
    mail.command("state")(state)
    mail.command("outbox")(outbox)
    mail.command("trial")(trial)
    mail.command("again")(again)
    mail.command("give-up")(give_up)
    mail.command("look")(look)
    app.add_typer(mail, name="mail")


def state(as_json: Json = False) -> None:
    """What waits, what failed and why, and whether the privacy mailbox is looked into."""
    with installation():
        from gallra.mail.state import state as found

        now = found()
        if as_json:
            write_json({
                "waiting": now.waiting, "since": now.since, "failures": now.failures,
                "failed": [{"mail": row.pk, "text": row.text, "state": row.state, "status": row.status,
                            "request": row.request, "at": row.failed_at} for row in now.failed],
                "server": now.server, "mailbox": now.mailbox,
                "looked": now.look.at if now.look else None, "trouble": now.look.trouble if now.look else "",
                "broken": now.look.broken if now.look else 0,
            })  # fmt: skip
        else:
            _show(now)


def _show(now: State) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    if not now.server:
        show(
            _(
                "There is no mail server (GALLRA_SMTP_URL): mail stays in the outbox. gallra mail outbox shows it."
            )
        )
    show(ngettext("%(n)d message waits to be sent.", "%(n)d messages wait to be sent.", now.waiting)
         % {"n": now.waiting})  # fmt: skip
    if now.failures:
        told = table(_("Mail"), _("Text"), _("State"), _("Code"), _("Day"), numbers=(0,))
        for row in now.failed:
            day = row.failed_at.date().isoformat() if row.failed_at else "–"
            told.add_row(str(row.pk), row.text, row.get_state_display(), row.status, day)
        show(told, _("gallra mail again NUMBER sends one of them once more."))
    if not now.mailbox:
        show(_("There is no privacy mailbox (GALLRA_MAILBOX_URL): nothing is taken in by mail."))
    elif now.look is None:
        show(_("The privacy mailbox has not been looked into yet."))
    elif now.look.trouble:
        show(_("The privacy mailbox cannot be looked into: %(code)s.") % {"code": now.look.trouble})
    else:
        show(_("The privacy mailbox was looked into %(at)s; %(n)d messages could not be taken in.")
             % {"at": now.look.at.isoformat(timespec="minutes"), "n": now.look.broken})  # fmt: skip


def outbox(most: Annotated[int, typer.Option(min=1, max=500, help="How many, newest first.")] = 5) -> None:
    """Mail that stays here because there is no mail server: sign-in codes too."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.mail.models import Outgoing

        rows = Outgoing.objects.filter(state=Outgoing.State.OUTBOX).order_by("-pk")[:most]
        for row in rows:
            sys.stdout.write(
                f"{row.added_at.isoformat(timespec='minutes')}  {row.address}\n{row.subject}\n\n"
            )
            sys.stdout.write("".join(f"    {line}\n" for line in row.plain.splitlines()) + "\n")
        if not rows:
            show(_("The outbox is empty."))


def trial(
    who: Annotated[
        str,
        typer.Argument(metavar="-", help="-: read the address from standard input; else it is asked for."),
    ] = "",
    language: Annotated[str, typer.Option("--lang", help="sv or en.")] = "sv",
) -> None:
    """Send a trial message to an address, and say what the mail server answered."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.mail import delivering, sending
        from gallra.mail.models import Outgoing
        from gallra.registers.errors import Refused

        if who not in ("", "-") or language not in ("sv", "en"):
            sys.stderr.write(
                _("Give - for an address on standard input, and sv or en. Nothing was sent.") + "\n"
            )
            raise typer.Exit(2)
        now = timezone.now()
        try:
            row = sending.post(to=read_address(who), text="trial", language=language, context={}, now=now)
        except Refused:
            sys.stderr.write(_("That is not an e-mail address. Nothing was sent.") + "\n")
            raise typer.Exit(1) from None
        delivering.deliver(row.pk, now=now)
        row.refresh_from_db()
        show(_("Mail %(mail)d: %(state)s (%(code)s).")
             % {"mail": row.pk, "state": row.get_state_display(), "code": row.status or "–"})  # fmt: skip
        if row.state not in (Outgoing.State.SENT, Outgoing.State.OUTBOX):
            raise typer.Exit(1)


def again(mail: Annotated[int, typer.Argument(metavar="NUMBER", help="gallra mail state shows it.")]) -> None:
    """Send a message that failed once more: what was wrong has been mended."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.mail import delivering

        if not delivering.send_again(mail, now=timezone.now()):
            sys.stderr.write(
                _("There is no failed mail %(mail)d, or no mail server.") % {"mail": mail} + "\n"
            )
            raise typer.Exit(1)
        show(_("Mail %(mail)d waits to be sent.") % {"mail": mail})


def give_up(
    mail: Annotated[int, typer.Argument(metavar="NUMBER", help="gallra mail state shows it.")],
) -> None:
    """Give a message up that waits to be sent: nobody tries it any more."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.mail import delivering

        if not delivering.give_up(mail, now=timezone.now()):
            sys.stderr.write(
                _("There is no mail %(mail)d that waits, or it is being sent now.") % {"mail": mail} + "\n"
            )
            raise typer.Exit(1)
        show(_("Mail %(mail)d was given up.") % {"mail": mail})


def look() -> None:
    """Look into the privacy mailbox now; gallra up does it every three minutes."""
    with installation():
        from django.conf import settings
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.mail import looking

        if settings.MAILBOX is None:
            sys.stderr.write(_("There is no privacy mailbox (GALLRA_MAILBOX_URL).") + "\n")
            raise typer.Exit(1)
        found = looking.look(settings.MAILBOX, now=timezone.now())
        if found.trouble:
            sys.stderr.write(
                _("The privacy mailbox cannot be looked into: %(code)s.") % {"code": found.trouble} + "\n"
            )
            raise typer.Exit(1)
        show(_("%(stored)d messages taken in, %(broken)d could not be.")
             % {"stored": found.stored, "broken": found.broken})  # fmt: skip
