"""The board and the forecast in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from gallra.cli.console import show, table, write_json
from gallra.running.report import MARKS, Board, ForecastCell, Gone

COLOURS = {"kept": "green", "waiting": "yellow", "broken": "red", "uncovered": "blue", "outdated": "magenta"}
BAR = 32
"""Columns of the longest of the forecast's bars, where the terminal has them."""


def language() -> str:
    """ "sv" or "en", whichever the terminal speaks."""
    from django.utils.translation import get_language

    return "sv" if (get_language() or "en").startswith("sv") else "en"


def tell_board(board: Board, *, as_json: bool) -> None:
    """Every promise with its mark, what it says, and how it is; then the sums. Eighty columns are enough."""
    from django.utils.translation import gettext as _
    from django.utils.translation import pgettext

    from gallra.running.installed import running

    if as_json:
        write_json({**asdict(board), "counts": {status: board.count(status) for status in MARKS}})
        return
    words = {
        "kept": _("kept"),
        "waiting": _("waiting"),
        "broken": pgettext("of one promise", "broken"),
        "uncovered": _("without rule"),
        "outdated": pgettext("of one promise", "outdated"),
    }
    when = f"{board.as_of.astimezone(ZoneInfo(running().rules.timezone)):%Y-%m-%d %H:%M}"
    about = _("policy %(version)s, checked %(when)s") % {"version": board.policy_version[:12], "when": when}
    show(f"[bold]{board.controller}[/]  {about}\n")
    show(_promises(board, words))
    if board.findings:
        show(_findings(board))
    show("   ".join(f"[{COLOURS[s]}]{mark}[/] {words[s]} {board.count(s)}" for s, mark in MARKS.items()))
    if board.gone is not None:
        show(_gone(board.gone, ZoneInfo(running().rules.timezone)))
    if any(count.total for count in board.own):
        show("", _own(board))


def _gone(gone: Gone, zone: ZoneInfo) -> str:
    """When what was erased last left its rows, and when it left the files."""
    from django.utils.translation import gettext as _

    rows = _("Rows gone: %(when)s.") % {"when": f"{gone.rows.astimezone(zone):%Y-%m-%d %H:%M}"}
    if gone.bytes is None:
        waiting = _("Bytes gone: not yet. The tables' files are rewritten on Sunday nights.")
        return f"{rows} {waiting}"
    when = f"{gone.bytes.astimezone(zone):%Y-%m-%d %H:%M}"
    written = _("Bytes gone: %(when)s.") % {"when": when}
    return f"{rows} {written}"


def _promises(board: Board, words: dict[str, str]) -> Any:
    """A block for each promise: its status and why, its sentence, its numbers. The sentence has a line of its own, or
    it would stand in a narrow tower."""
    from django.utils.translation import gettext as _
    from rich.markup import escape
    from rich.table import Table

    known = {"measured": _("measured"), "built in": _("built in"), "attested": _("attested")}
    lang = language()
    told = Table.grid(padding=(0, 1))
    for place in range(3):
        told.add_column(no_wrap=place < 2, overflow="fold")
    for promise in board.promises:
        style = COLOURS[promise.status]
        next_day = min((count.next_day for count in promise.counts if count.next_day), default=None)
        facts = [_("due now: %(count)d") % {"count": promise.due}] if promise.counts else []
        facts += [_("next: %(day)s") % {"day": next_day.isoformat()}] if next_day else []
        facts += [known[promise.evidence.kind]] if promise.evidence.kind in known else []
        lines = [
            f"[{style}]{words[promise.status]}[/]: {escape(promise.reason[lang])}",
            escape(_shortened(promise.sentence[lang])),
            *([f"[dim]{' · '.join(facts)}[/]"] if facts else []),
            "",
        ]
        told.add_row(f"[{style}]{MARKS[promise.status]}[/]", f"[bold]{promise.id}[/]", "\n".join(lines))
    return told


LEVELS = {"error": "red", "warning": "yellow", "advice": "dim"}


def _findings(board: Board) -> Any:
    """Everything the board finds wrong or missing, the worst first: what, where, and how to mend it."""
    from django.utils.translation import gettext as _
    from rich.console import Group
    from rich.markup import escape
    from rich.padding import Padding

    words = {"error": _("Error"), "warning": _("Warning"), "advice": _("Advice")}
    lang = language()
    heading = _("Findings")
    told: list[Any] = [f"[bold]{heading}[/]\n"]
    for level, style in LEVELS.items():
        for finding in (one for one in board.findings if one.level == level):
            about = " ".join((finding.place, *finding.promises))
            told.append(f"[{style}]{words[level]}[/] [bold]{finding.id}[/]  [dim]{escape(about)}[/]")
            source = f" [dim]({escape(finding.source)})[/]" if finding.source else ""
            told.append(Padding(f"{escape(finding.sentence[lang])}{source}", (0, 0, 0, 2)))
            told.append(Padding(f"→ {escape(finding.mend[lang])}", (0, 0, 1, 2)))
    return Group(*told)


def _own(board: Board) -> Any:
    """Gallra's own records: what no promise speaks of and the page gives a period all the same."""
    from django.utils.translation import gettext as _

    from gallra.running.installed import own_kinds

    told = table(_("Gallra's own records"), _("Records"), _("Due now"), _("Next"), numbers=(1, 2))
    for count in board.own:
        title = own_kinds()[count.kind].noun.many[language()]
        next_day = count.next_day.isoformat() if count.next_day else "–"
        told.add_row(title, str(count.total), str(count.due), next_day)
    return told


def _shortened(sentence: str, most: int = 150) -> str:
    """The sentence, or so much of it that says what it is about, cut between words."""
    return sentence if len(sentence) <= most else f"{sentence[:most].rsplit(' ', 1)[0].rstrip(',;:')} …"


def tell_forecast(cells: Sequence[ForecastCell], *, as_json: bool) -> None:
    """What goes when: months down, promises across, a bar for the sum."""
    from django.utils.translation import gettext as _

    if as_json:
        write_json([asdict(cell) for cell in cells])
        return
    if not cells:
        show(_("Nothing will go in that time."))
        return
    promises = sorted(
        {cell.promise for cell in cells}, key=lambda p: (p[0], int(p[1:]) if p[1:].isdigit() else 0, p)
    )
    months = sorted({cell.month for cell in cells})
    sums = {month: _sum(cells, month) for month in months}
    most = max(sums.values())
    titles = (_("Month"), *promises, _("Together"))
    width = min(BAR, _columns() - sum(max(len(title), 7) + 3 for title in titles))
    bars = width >= BAR // 4  # where many promises leave less than that, the numbers are enough
    told = table(*titles, *([""] if bars else []), numbers=tuple(range(1, len(promises) + 2)))
    for month in months:
        row = [str(_sum(cells, month, promise) or "–") for promise in promises]
        bar = "█" * max(1, round(width * sums[month] / most))
        told.add_row(f"{month:%Y-%m}", *row, str(sums[month]), *([bar] if bars else []))
    show(told)
    show(_("A record under two promises is counted under each."))


def _columns() -> int:
    """How wide the terminal is."""
    from rich.console import Console

    return Console().width


def _sum(cells: Sequence[ForecastCell], month: date, promise: str | None = None) -> int:
    return sum(cell.count for cell in cells if cell.month == month and promise in (None, cell.promise))
