"""What a sweep says to people, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from gallra.running.rewriting import Rewritten
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


def waiting(tables: tuple[str, ...]) -> str:
    """In which tables' files something erased may stand."""
    if not tables:
        return _("Nothing was erased since the last rewrite. Nothing to do.")
    return _("Tables in whose files something erased may stand: %(tables)s.") % {"tables": ", ".join(tables)}


def rewritten(done: Rewritten) -> tuple[str, ...]:
    """What a rewrite did, what it left, and what it could not do."""
    lines = [
        _("%(count)d tables rewritten in %(seconds)d s; their files are %(bytes)d bytes smaller.")
        % {"count": len(done.tables), "seconds": done.seconds, "bytes": done.bytes}
    ]
    if done.left:
        lines.append(
            _("Somebody uses %(tables)s: left for the next window. Or run gallra rewrite again.")
            % {"tables": ", ".join(done.left)}
        )
    if not done.log_cut:
        lines.append(_("The write-ahead log was not cut: the owner's role may not (docs/operation.md)."))
    return tuple(lines)
