"""`gallra breaches`: breaches of personal data, their 72-hour clock, whom they concern, the report (Articles 33–34)."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gallra.cli.console import agreed, installation, show, signed, table, write_json
from gallra.cli.spoken import Commands

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Number = Annotated[int, typer.Argument(help="The breach's number.")]
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
BY = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    breaches = Commands(help="Breaches of personal data: the 72-hour clock, whom they concern, the report.")
    for name, act in (
        ("list", list_), ("show", show_), ("add", add), ("note", note), ("judge", judge), ("affected", affected),
        ("add-people", add_people), ("tell", tell), ("reported", reported), ("export", export), ("close", close),
    ):  # fmt: skip
        breaches.command(name)(act)
    app.add_typer(breaches, name="breaches")


def list_(as_json: Json = False) -> None:
    """The register, the newest first, with the hours left to report each."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        found = breaches.breaches(timezone.now())
        if as_json:
            write_json([as_data(each) for each in found])
            return
        if not found:
            show(_("No breach is written down."))
            return
        shown = table(
            _("Breach"), _("Known"), _("Risk"), _("Hours left"), _("People"), _("Told"), _("Closed"),
            numbers=(0, 3, 4, 5),
        )  # fmt: skip
        for each in found:
            left = "–" if each.left is None else f"{each.left:.0f}"
            shown.add_row(
                str(each.breach.pk), f"{each.breach.known_at:%Y-%m-%d %H:%M}", str(each.breach.get_risk_display()),
                left, str(each.affected), str(each.told),
                f"{each.breach.closed_at:%Y-%m-%d}" if each.breach.closed_at else "–",
            )  # fmt: skip
        show(shown)


def show_(number: Number, as_json: Json = False) -> None:
    """One breach: what is known, and every step."""
    with installation():
        from django.utils import timezone, translation

        from gallra.rights import breach_report

        now = timezone.now()
        if as_json:
            write_json(breach_report.export(number, now=now))
        else:
            language = (translation.get_language() or "en")[:2]
            show(
                breach_report.letter(number, language=language if language in ("sv", "en") else "en", now=now)
            )


def add(
    what: Annotated[str, typer.Argument(help="What happened, without names.")],
    known: Annotated[
        datetime | None,
        typer.Option(formats=MOMENTS, help="When it was known: the clock starts there; else now."),
    ] = None,
    happened: Annotated[datetime | None, typer.Option(formats=MOMENTS, help="When it happened.")] = None,
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="A record kind; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Write down a breach. The authority must be told within 72 hours of its being known."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        now = timezone.now()
        made = breaches.enter(
            what=what,
            known_at=_moment(known) or now,
            happened_at=_moment(happened),
            kinds=kinds or (),
            by=BY,
            now=now,
        )
        signed(now)
        found = breaches.one(made.pk, now)
        if as_json:
            write_json(as_data(found))
        else:
            show(
                _("Breach %(number)d is written down; %(left)d hours are left to report it.")
                % {"number": made.pk, "left": int(found.left or 0)}
            )


def note(
    number: Number,
    text: Annotated[str, typer.Argument(help="What was done, without names.")],
    as_json: Json = False,
) -> None:
    """Write down a step that was taken."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        now = timezone.now()
        breaches.note(number, text=text, by=BY, now=now)
        _told(number, now, _("Written down."), as_json)


def judge(
    number: Number,
    risk: Annotated[str, typer.Option(help="unknown, unlikely, some or high.")],
    consequences: Annotated[str, typer.Option(help="What it may lead to for the people.")] = "",
    measures: Annotated[str, typer.Option(help="What is done about it.")] = "",
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="A record kind; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Say what it means for the people, and what is done about it."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        now = timezone.now()
        breaches.judge(
            number, risk=risk, consequences=consequences, measures=measures, kinds=kinds, by=BY, now=now
        )
        _told(number, now, _("Written down."), as_json)


def affected(number: Number, as_json: Json = False) -> None:
    """Ask the registers and other databases whom it concerns, and list them: numbers by record kind."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breach_affected, breaches

        now = timezone.now()
        counts = breach_affected.look(number, by=BY, now=now)
        found = breaches.one(number, now)
        lacking = breach_affected.not_asked(found.breach)
        if as_json:
            said = [{"system": each.system, "statements": each.statements} for each in lacking]
            write_json({"people": found.affected, "kinds": dict(counts), "not_asked": said})
            return
        show(_("%(people)d people are concerned.") % {"people": found.affected})
        for each in lacking:
            show(
                _(
                    "%(system)s did not answer. Ask again when it does, or let whoever runs it list the addresses "
                    "and add them: gallra breaches add-people %(number)d --system %(system)s < FILE"
                )
                % {"system": each.system, "number": number}
            )
            for statement in each.statements:
                show(f"  {statement};")


def add_people(
    number: Number,
    system: Annotated[
        str, typer.Option(help="The system that did not answer, and that these people are of.")
    ] = "",
    as_json: Json = False,
) -> None:
    """List people whom somebody found without Gallra: addresses from standard input, one a line."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breach_affected

        now = timezone.now()
        new = breach_affected.list_by_hand(number, sys.stdin, system=system, by=BY, now=now)
        _told(number, now, _("%(count)d people are new in the list.") % {"count": new}, as_json)


def tell(
    number: Number,
    message: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A text file with what they are told.")
    ],
    other: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The same in the other language, Swedish or English."),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Write to everybody whom it concerns and who has not been told yet (Article 34)."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breach_telling, breaches
        from gallra.running.installed import running

        found = breaches.one(number, timezone.now())
        if not as_json:
            show(_("%(count)d people are written to.") % {"count": found.affected - found.told})
        if not agreed(_("Write to them?"), yes=yes):
            sys.stderr.write(_("Nothing was sent. To send it: add --yes") + "\n")
            raise typer.Exit(1)
        second = "en" if running().policy.controller.language == "sv" else "sv"
        also = {second: breach_telling.Words(other.read_text("utf-8"))} if other else {}
        now = timezone.now()
        breach_telling.tell(number, message=message.read_text("utf-8"), also=also, by=BY, now=now)
        done = breach_telling.send(number, now=now)
        if as_json:
            write_json({"written_to": done})
        else:
            show(_("%(count)d messages are on their way.") % {"count": done})


def reported(
    number: Number,
    at: Annotated[datetime | None, typer.Option(formats=MOMENTS, help="When; else now.")] = None,
    reference: Annotated[str, typer.Option(help="The authority's number for it.")] = "",
    late_because: Annotated[str, typer.Option(help="Why, where it was later than 72 hours.")] = "",
    as_json: Json = False,
) -> None:
    """The authority has been told."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        now = timezone.now()
        breaches.reported(
            number, at=_moment(at) or now, reference=reference, late_because=late_because, by=BY, now=now
        )
        _told(number, now, _("Written down."), as_json)


def export(
    number: Number,
    folder: Annotated[Path, typer.Argument(help="A folder; it is made if it is not there.")],
    language: Annotated[str, typer.Option(help="Of the letter: sv or en.")] = "sv",
    as_json: Json = False,
) -> None:
    """Write the report for the authority: a letter as PDF, and the same as JSON."""
    with installation():
        from django.utils import timezone

        from gallra.rights import breach_report

        now, spoken = timezone.now(), "en" if language == "en" else "sv"
        files = {
            f"breach-{number}.pdf": breach_report.pdf(number, language=spoken, now=now),
            f"breach-{number}.json": breach_report.export_file(number, now=now),
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        written = [str(folder / name) for name in files]
        if as_json:
            write_json({"files": written})
        else:
            show("\n".join(written))


def close(number: Number, yes: Yes = False, as_json: Json = False) -> None:
    """Nothing more is to be done about it."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import breaches

        if not agreed(_("Close it?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To close it: add --yes") + "\n")
            raise typer.Exit(1)
        now = timezone.now()
        breaches.close(number, by=BY, now=now)
        _told(number, now, _("Closed."), as_json)


def as_data(found: Any) -> dict[str, Any]:
    """A breach and its clock as JSON."""
    breach = found.breach
    return {
        "breach": breach.pk, "known": breach.known_at, "happened": breach.happened_at, "risk": breach.risk,
        "kinds": breach.kinds, "hours_left": found.left, "reported": breach.reported_at, "people": found.affected,
        "told": found.told, "closed": breach.closed_at,
    }  # fmt: skip


def _told(number: int, now: datetime, said: str, as_json: bool) -> None:
    """That it is done: in words, or the breach as it is now."""
    from gallra.rights import breaches

    if as_json:
        write_json(as_data(breaches.one(number, now)))
    else:
        show(said)


def _moment(given: datetime | None) -> datetime | None:
    """In the zone of this installation."""
    from django.utils import timezone

    return timezone.make_aware(given) if given is not None and timezone.is_naive(given) else given
