"""`gallra review list|decide`: what a person has to look at by now, and what they decide (M17, M18)."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from gallra.cli.console import agreed, installation, show, table, write_json
from gallra.cli.spoken import Commands

if TYPE_CHECKING:
    from gallra.running.reviewing import Means, Waiting

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reviews = Commands(help="Reviews: what a person decides by a day, to keep or to erase.")
    reviews.command("list")(list_)
    reviews.command("decide")(decide)
    app.add_typer(reviews, name="review")


def list_(as_json: Json = False) -> None:
    """What is due for review, the longest waiting first, with what the policy wants looked at. No person is shown."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import reviewing

        found = reviewing.waiting(timezone.now())
        if as_json:
            write_json({"waiting": [as_data(one) for one in found.waiting], "unreachable": found.unreachable})
        elif found.waiting:
            _tell(found.waiting)
            show(_('Decide one: gallra review decide KIND ID --keep (or --erase) --reason "…"'))
        else:
            show(_("No review is due."))
        for trouble in found.unreachable:
            sys.stderr.write(f"{trouble}\n")
        if found.unreachable:
            raise typer.Exit(1)


def decide(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The record kind.")],
    key: Annotated[
        str, typer.Argument(metavar="ID", help="The record's number or key, as the list shows it.")
    ],
    keep: Annotated[bool, typer.Option("--keep", help="It is kept until the next review.")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="It is erased by the next sweep.")] = False,
    reason: Annotated[
        str,
        typer.Option(help="Why; asked for where it is left out. Kept beside the record, not in the ledger."),
    ] = "",
    by: Annotated[
        str, typer.Option(help="Who decides, as staff know them: a role or a name, no address.")
    ] = "command line",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Decide on one record, with a reason. It says first what the decision means; the next sweep carries it out."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import reviewing

        if keep == erase:
            sys.stderr.write(_("Say one of --keep and --erase. Nothing was changed.") + "\n")
            raise typer.Exit(2)
        now, decision = timezone.now(), "keep" if keep else "erase"
        meant = reviewing.means(kind, key, decision=decision, now=now)  # type: ignore[arg-type]
        if not as_json:
            _tell_meant(meant)
        words = reason.strip() or _ask_reason()
        if not agreed(_("Decide so?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To decide so: add --yes") + "\n")
            raise typer.Exit(1)
        made = reviewing.decide(kind, key, decision=decision, reason=words, by=by, now=now)  # type: ignore[arg-type]
        if as_json:
            write_json({**asdict(made), "sweep": meant.sweep, "held": meant.held})
        else:
            show(_("It is decided, entry %(entry)d of the ledger.") % {"entry": made.entry})


def as_data(one: Waiting) -> dict[str, object]:
    """A review that is due, as JSON: of the facts those that the policy asks for."""
    facts = asdict(one.facts)
    asked = {"last_contact"} if "last contact with the company" in one.asks else set()
    if "agreements and open sales" in one.asks:
        asked |= {"agreements_open", "agreements_until", "sales_open"}
    return {**asdict(one), "facts": {name: value for name, value in facts.items() if name in asked}}


def _tell(found: tuple[Waiting, ...]) -> None:
    from django.utils.translation import gettext as _

    told = table(_("Record"), _("Due since"), _("Why now"), _("What to look at"), _("Promise"))
    for one in found:
        late = _("late")
        since = one.since.isoformat() + (f" ({late})" if one.late else "")
        why = _("at once, by the policy's event") if one.sooner else _("its time has come")
        told.add_row(f"{one.kind} {one.key}", since, why, "\n".join(_looked_at(one)), ", ".join(one.promises))
    show(told)


def _looked_at(one: Waiting) -> list[str]:
    """What the policy's `asks` wants looked at, a line each; then what else matters to the decision."""
    from django.utils.translation import gettext as _

    facts, lines = one.facts, []
    if "last contact with the company" in one.asks:
        lines.append(_("last contact with the company: %(day)s") % {"day": _day(facts.last_contact)})
    if "agreements and open sales" in one.asks:
        lines.append(_("open agreements: %(n)s") % {"n": _known(facts.agreements_open)})
        if facts.agreements_until is not None:
            lines.append(_("last agreement's end: %(day)s") % {"day": _day(facts.agreements_until)})
        lines.append(_("open sales: %(n)s") % {"n": _known(facts.sales_open)})
    lines.append(_("last review: %(day)s") % {"day": _day(one.reviewed)})
    return [*lines, _("a hold keeps it")] if one.held else lines


def _tell_meant(meant: Means) -> None:
    """What the decision means and when it is carried out."""
    from django.utils.translation import gettext as _

    from gallra.cli.telling import language

    record = {"record": f"{meant.kind} {meant.key}"}
    if meant.waiting is not None:
        _tell((meant.waiting,))
    if meant.decision == "keep":
        show(_("%(record)s is kept.") % record)
        if meant.next is not None:
            show(_("Its next review is due on %(day)s.") % {"day": meant.next})
        if meant.sooner is not None:
            show(_("Or at once when this has happened: %(event)s.") % {"event": meant.sooner[language()]})
        return
    show(_("%(record)s is erased, with everything that belongs to it. That cannot be undone.") % record)
    if meant.held:
        show(_("A hold keeps it: it goes with the first sweep after the hold has ended."))
    elif meant.kept_through == date.max:
        show(_("A statute keeps it until its financial year is known."))
    elif meant.kept_through is not None:
        show(
            _("A statute keeps it through %(day)s, if that day has not passed.") % {"day": meant.kept_through}
        )
    elif meant.sweep is not None:
        show(
            _("It goes with the next sweep, %(when)s; until then --keep undoes it.")
            % {"when": f"{meant.sweep:%Y-%m-%d %H:%M}"}
        )


def _ask_reason() -> str:
    from django.utils.translation import gettext as _

    if not sys.stdin.isatty():
        sys.stderr.write(_('Say why: --reason "…". Nothing was changed.') + "\n")
        raise typer.Exit(2)
    return str(typer.prompt(_("Why?"))).strip()


def _day(day: date | None) -> str:
    from django.utils.translation import gettext as _

    return day.isoformat() if day else _("none known")


def _known(count: int | None) -> str:
    return "–" if count is None else str(count)
