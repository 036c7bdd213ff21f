"""The board and the forecast in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from gallra.cli.console import show, table, write_json
from gallra.running.report import MARKS, Board, ForecastCell

COLOURS = {"kept": "green", "waiting": "yellow", "broken": "red", "uncovered": "blue", "outdated": "magenta"}
BAR = 32
"""Columns of the forecast's bars."""


def language() -> str:
    """ "sv" or "en", whichever the terminal speaks."""
    from django.utils.translation import get_language

    return "sv" if (get_language() or "en").startswith("sv") else "en"


def tell_board(board: Board, *, as_json: bool) -> None:
    """Every promise with its mark, and the sums."""
    from django.utils.translation import gettext as _

    if as_json:
        write_json({**asdict(board), "counts": {status: board.count(status) for status in MARKS}})
        return
    words = {
        "kept": _("kept"),
        "waiting": _("waiting"),
        "broken": _("broken"),
        "uncovered": _("without rule"),
        "outdated": _("outdated"),
    }
    lang = language()
    told = table(
        "", _("Promise"), _("Sentence"), _("Status"), _("Due now"), _("Next"), _("Known by"), numbers=(4,)
    )
    for promise in board.promises:
        style = COLOURS[promise.status]
        next_day = min((count.next_day for count in promise.counts if count.next_day), default=None)
        sentence = promise.sentence[lang]
        told.add_row(
            f"[{style}]{MARKS[promise.status]}[/]",
            promise.id,
            sentence if len(sentence) <= 90 else f"{sentence[:89].rstrip()}…",
            f"{words[promise.status]}: {promise.reason[lang]}",
            str(promise.due) if promise.counts else "–",
            next_day.isoformat() if next_day else "–",
            {"measured": _("measured"), "built in": _("built in"), "attested": _("attested"), "none": "–"}[
                promise.evidence.kind
            ],
        )
    show(
        f"[bold]{board.controller}[/]  {_('policy')} {board.policy_version[:12]}, {_('checked')} {board.as_of:%Y-%m-%d %H:%M} UTC"
    )
    show(told)
    show("   ".join(f"[{COLOURS[s]}]{mark}[/] {words[s]} {board.count(s)}" for s, mark in MARKS.items()))


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
    told = table(_("Month"), *promises, _("Together"), "", numbers=tuple(range(1, len(promises) + 2)))
    for month in months:
        row = [str(_sum(cells, month, promise) or "–") for promise in promises]
        bar = "█" * max(1, round(BAR * sums[month] / most))
        told.add_row(f"{month:%Y-%m}", *row, str(sums[month]), bar)
    show(told)
    show(_("A record under two promises is counted under each."))


def _sum(cells: Sequence[ForecastCell], month: date, promise: str | None = None) -> int:
    return sum(cell.count for cell in cells if cell.month == month and promise in (None, cell.promise))
