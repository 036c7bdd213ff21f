"""What a sweep says to people, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from gallra.running.runs import Refused


def refusal(refused: Refused) -> str:
    """Why a sweep did not begin, what was not touched, and what to do next."""
    nothing = _("Nothing was touched.")
    if refused.busy:
        return " ".join(
            (_("Another sweep is running."), nothing, _("Wait until it has ended; gallra promises shows it."))
        )
    if refused.restored:
        return " ".join(
            (_("The database is older than its ledger's copy outside it: it was restored."), nothing,
             _("Run gallra restore first."))
        )  # fmt: skip
    if refused.clock is not None:
        return " ".join((_clock(refused.clock.reason), nothing, _next_for_clock(refused.clock.reason)))
    lines = [
        _("%(taken)d of %(total)d records of %(kind)s would go (%(percent)d %%).")
        % {"taken": brake.taken, "total": brake.total, "kind": brake.kind, "percent": brake.percent}
        for brake in (refused.plan.brakes if refused.plan else ())
    ]
    return " ".join((*lines, nothing, _("If that is right, run it with --confirm KIND for each of them.")))


def _clock(reason: str) -> str:
    if reason == "future":
        return _("The day lies in the future.")
    if reason == "behind":
        return _("The clock is a day or more before the last entry of the ledger.")
    return _("The clock is more than seven days after the last entry of the ledger.")


def _next_for_clock(reason: str) -> str:
    if reason == "future":
        return _("A sweep is only ever for now.")
    return _("Check the clock; if it is right, run it with --confirm clock.")
