"""`gallra disclosures`: to whom data went, on what ground, and who is to be told of a change (M14, M15, Article 19)."""

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
    disclosures = Commands(help="To whom data went, and who is to be told when it changes.")
    disclosures.command("list")(list_)
    disclosures.command("add")(add)
    disclosures.command("notices")(notices)
    disclosures.command("told")(told)
    app.add_typer(disclosures, name="disclosures")


def list_(as_json: Json = False) -> None:
    """Every disclosure, the newest first. Nobody's address is shown."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.rights import disclosures

        found = list(disclosures.disclosures())
        if as_json:
            write_json([as_data(each) for each in found])
            return
        if not found:
            show(_("Nothing has been disclosed."))
            return
        shown = table(
            _("Disclosure"), _("Day"), _("To"), _("Ground"), _("Extent"), _("Approved by"), numbers=(0,)
        )
        for each in found:
            shown.add_row(
                str(each.pk), each.on.isoformat(), disclosures.name_of(each), str(each.get_ground_display()),
                each.extent, each.approved_by or "–",
            )  # fmt: skip
        show(shown)


def add(
    to: Annotated[str, typer.Argument(help="A recipient of the policy, or the name of an authority.")],
    ground: Annotated[
        str,
        typer.Option(
            help="For an authority: law, legal process, authority. Else: processor, purpose, person."
        ),
    ],
    authority: Annotated[bool, typer.Option("--authority", help="It is an authority.")] = False,
    why: Annotated[str, typer.Option(help="The law or the decision, with its reference.")] = "",
    extent: Annotated[str, typer.Option(help="What was given out, and how much.")] = "",
    approved_by: Annotated[str, typer.Option(help="Who approved it.")] = "",
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="A record kind; may be repeated.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; else today.")] = None,
    person: Annotated[
        bool, typer.Option("--person", help="It is about one person, whose address is asked for.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Write down a disclosure: to a recipient of the policy, or to an authority with ground, extent and approver."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import disclosures

        address = read_address("person" if sys.stdin.isatty() else "-") if person else ""
        if not agreed(_("Write it down?"), yes=yes, stdin_is_free=not person):
            sys.stderr.write(_("Nothing was changed. To write it down: add --yes") + "\n")
            raise typer.Exit(1)
        now = timezone.now()
        made = disclosures.record(
            to=disclosures.To.AUTHORITY if authority else disclosures.To.RECIPIENT, recipient=to, ground=ground,
            why=why, extent=extent, kinds=kinds or (), address=address, on=on.date() if on else None,
            approved_by=approved_by, by=BY, now=now,
        )  # fmt: skip
        signed(now)
        if as_json:
            write_json(as_data(made))
        else:
            show(_("Disclosure %(number)d is written down, and in the ledger.") % {"number": made.pk})


def notices(
    every: Annotated[bool, typer.Option("--all", help="Those who have been told, too.")] = False,
    as_json: Json = False,
) -> None:
    """Recipients who are to be told of a rectification, erasure or restriction (Article 19)."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.rights.models import Notice

        found = Notice.objects.select_related("request").order_by("-pk")
        if not every:
            found = found.filter(state=Notice.State.TO_TELL)
        if as_json:
            write_json([_notice(each) for each in found])
            return
        if not found:
            show(_("Nobody is to be told."))
            return
        shown = table(_("Notice"), _("Request"), _("Right"), _("Recipient"), _("State"), numbers=(0, 1))
        for each in found:
            shown.add_row(
                str(each.pk), str(each.request.pk), str(each.request.get_right_display()), each.name,
                str(each.get_state_display()),
            )  # fmt: skip
        show(shown)


def told(
    notice: Annotated[int, typer.Argument(help="The notice's number.")],
    how: Annotated[str, typer.Option(help="How the recipient was told, or why not.")],
    impossible: Annotated[bool, typer.Option("--impossible", help="The recipient cannot be told.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Tick off a recipient whom you have told."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import disclosures

        if not agreed(_("Tick it off?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To tick it off: add --yes") + "\n")
            raise typer.Exit(1)
        done = disclosures.tell(notice, how=how, by=BY, now=timezone.now(), impossible=impossible)
        if as_json:
            write_json(_notice(done))
        else:
            show(_("Notice %(number)d is ticked off.") % {"number": done.pk})


def as_data(found: Any) -> dict[str, Any]:
    """A disclosure as JSON: of a person no address."""
    return {
        "disclosure": found.pk, "to": found.to, "recipient": found.recipient, "ground": found.ground,
        "why": found.why, "extent": found.extent, "kinds": found.kinds, "person": bool(found.address),
        "on": found.on, "by": found.by, "approved_by": found.approved_by,
    }  # fmt: skip


def _notice(found: Any) -> dict[str, Any]:
    return {
        "notice": found.pk, "request": found.request.pk, "right": found.request.right,
        "recipient": found.recipient, "state": found.state, "told": found.told_at, "how": found.how,
    }  # fmt: skip
