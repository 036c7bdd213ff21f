"""`gallra requests`: what people have asked for, and requests that came by telephone or letter (S16)."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from gallra.cli.console import installation, show, signed, table, write_json
from gallra.cli.holds import read_address
from gallra.cli.person import only_a_dash
from gallra.cli.spoken import Commands

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Number = Annotated[int, typer.Argument(help="The request's number.")]
BY = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    requests = Commands(help="What people have asked for.")
    requests.command("list")(list_)
    requests.command("show")(show_)
    requests.command("enter")(enter)
    app.add_typer(requests, name="requests")


def list_(
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False, as_json: Json = False
) -> None:
    """The open requests by number, the nearest day first. Nobody's address is shown."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import queue
        from gallra.rights.models import Request

        asked = Request.objects.order_by("-pk") if closed else queue.open_requests()
        found = queue.lines(asked, timezone.now())
        if as_json:
            write_json([as_data(line) for line in found])
            return
        if not found:
            show(_("No request is open."))
            return
        told = table(
            _("Request"), _("Right"), _("Channel"), _("State"), _("Last day"), _("Days left"), _("Standing"),
            numbers=(0, 5),
        )  # fmt: skip
        for line in found:
            request = line.request
            left = "–" if line.left is None else str(line.left)
            told.add_row(
                str(request.pk), str(request.get_right_display()), str(request.get_channel_display()),
                str(request.get_state_display()), request.due_on.isoformat(), left, _standing(line.standing),
            )  # fmt: skip
        show(told)


def show_(number: Number, as_json: Json = False) -> None:
    """One request: its day and how it came about, what was found and decided, its receipts. No values."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import book, queue
        from gallra.rights.models import Request

        found = queue.lines(Request.objects.filter(pk=number), timezone.now())
        if not found:
            sys.stderr.write(_("There is no request %(number)d.") % {"number": number} + "\n")
            raise typer.Exit(1)
        line, due = found[0], book.due_of(found[0].request)
        entries = list(book.receipts(number))
        if as_json:
            write_json(
                as_data(line)
                | {
                    "received": line.request.received_at, "counted": due.counted, "moved": due.moved,
                    "extended": due.extended, "paused_days": due.paused, "identity": line.request.identity or None,
                    "result": line.request.result, "decisions": _decisions(line.request),
                    "undecided": line.undecided,
                    "receipts": [
                        {"number": e.number, "action": e.action, "event": e.body.get("event")} for e in entries
                    ],
                }
            )  # fmt: skip
            return
        _tell(line, due, entries)


def enter(
    right: Annotated[
        str,
        typer.Argument(
            help="access, rectification, erasure, restriction, objection, portability or stop; unsorted."
        ),
    ],
    who: Annotated[
        str,
        typer.Argument(metavar="-", help="-: read the address from standard input; else it is asked for."),
    ] = "",
    channel: Annotated[str, typer.Option(help="phone, letter or mail.")] = "phone",
    received: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When it reached us; else now. The clock starts there.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="sv or en: the language of the answer.")] = "sv",
    said: Annotated[str, typer.Option(help="What it concerns, in a few words.")] = "",
    link: Annotated[
        bool, typer.Option("--link", help="Mail a link, by which the person confirms it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Enter a request that came by telephone, letter or mail. The address is asked for; a letter's may be empty."""
    only_a_dash(who)
    with installation():
        from zoneinfo import ZoneInfo

        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import requests
        from gallra.running.installed import running

        now = timezone.now()
        at = received.replace(tzinfo=ZoneInfo(running().rules.timezone)) if received else None
        made = requests.receive(
            right=right, channel=channel, address=read_address(who), language=language, said=said, received_at=at,
            by=BY, now=now,
        )  # fmt: skip
        if link:
            requests.send_link(made.pk, by=BY, now=now)
        signed(now)
        if as_json:
            write_json({"request": made.pk, "due": made.due_on, "state": made.state})
        else:
            words = {"number": made.pk, "day": made.due_on.isoformat()}
            show(_("Request %(number)d is entered; it is answered by %(day)s at the latest.") % words)


def as_data(line: Any) -> dict[str, Any]:
    """A request as JSON: nobody's address or name."""
    request = line.request
    return {
        "request": request.pk, "right": request.right, "channel": request.channel, "state": request.state,
        "due": request.due_on, "left": line.left, "standing": line.standing, "next": line.next,
        "closed": request.closed_at,
    }  # fmt: skip


def _decisions(request: Any) -> list[dict[str, Any]]:
    return [
        {"system": row.system, "kind": row.kind, "table": row.table, "verdict": row.verdict, "count": row.count,
         "until": row.until, "statute": row.statute or None}
        for row in request.decisions.order_by("pk")
    ]  # fmt: skip


def _tell(line: Any, due: Any, entries: list[Any]) -> None:
    from django.utils.translation import gettext as _

    request = line.request
    words = {
        "number": request.pk, "right": request.get_right_display(), "channel": request.get_channel_display(),
        "state": request.get_state_display(), "day": request.due_on.isoformat(),
    }  # fmt: skip
    show(_("Request %(number)d: %(right)s, by %(channel)s; %(state)s. Last day %(day)s.") % words)
    if due.extended:
        show(_("Two months more: the person was told why."))
    if due.paused:
        show(_("The clock has stood for %(days)d days.") % {"days": due.paused})
    if due.moved:
        show(_("Moved from %(day)s, no working day.") % {"day": due.counted.isoformat()})
    told = table(_("Record kind"), _("Table"), _("Rows"), _("What"), _("Until"), numbers=(2,))
    for row in request.decisions.order_by("pk"):
        until = row.until.isoformat() if row.until else "–"
        told.add_row(row.kind, row.table, str(row.count), str(row.get_verdict_display()), until)
    if told.row_count:
        show(told)
    if line.undecided:
        show(_("To be decided: %(count)d likenesses, mentions and documents.") % {"count": line.undecided})
    for entry in entries:
        show(f"  {entry.number}  {entry.at:%Y-%m-%d %H:%M}  {entry.action}  {entry.body.get('event', '')}")


def _standing(standing: str) -> str:
    from django.utils.translation import gettext as _

    return {
        "open": _("in time"), "paused": _("the clock stands"), "late": _("late"), "in time": _("answered in time"),
        "answered late": _("answered late"),
    }[standing]  # fmt: skip
