"""What the ledger says to people, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gallra.ledger.export import Exported
from gallra.ledger.verifier import Fault
from gallra.ledger.verify import Verified

MOST = 20
"""Faults told one by one; `--json` gives all."""


def fault_line(fault: Fault) -> str:
    """Where, and what does not hold there."""
    if fault.number is None:
        where = _("place %(leaf)s") % {"leaf": fault.leaf}
    else:
        where = _("place %(leaf)s, entry %(number)s") % {"leaf": fault.leaf, "number": fault.number}
    return f"{where}: {_kinds()[fault.kind]} ({fault.text})"


def _kinds() -> dict[str, str]:
    return {
        "changed": _("changed: this is not the entry that was signed"),
        "removed": _("removed: what stood here is gone"),
        "inserted": _("inserted: this was not here when later entries were signed"),
        "reordered": _("reordered: this entry stood elsewhere"),
        "cut": _("cut: what was signed from here on is gone"),
        "checkpoint": _("checkpoint: the signature up to here does not hold"),
        "unsigned": _("unsigned: no checkpoint covers what stands from here on"),
        "copy": _("copy: the copy outside the database does not hold from here on"),
    }


def verified_lines(verified: Verified) -> list[str]:
    """What `gallra ledger verify` found."""
    signed_at = verified.signed_at or _("never")
    lines = [
        _(
            "%(entries)s entries, %(signed)s of them signed, last at %(at)s; the copy outside holds %(copied)s."
        )
        % {"entries": verified.entries, "signed": verified.signed, "at": signed_at, "copied": verified.copied}
    ]
    if verified.late:
        lines.append(
            _("Signed after higher numbers, since their transactions were open: %(numbers)s.")
            % {"numbers": ", ".join(map(str, verified.late[:MOST])) + (" …" if verified.late[MOST:] else "")}
        )
    if verified.holds:
        return [*lines, _("Everything holds: entries, order, tree, signatures and copy.")]
    count = len(verified.faults)
    lines.append(
        ngettext("%(count)s thing does not hold:", "%(count)s things do not hold:", count) % {"count": count}
    )
    lines += [f"  {fault_line(fault)}" for fault in verified.faults[:MOST]]
    if count > MOST:
        lines.append("  " + _("and %(count)s more; --json gives all.") % {"count": count - MOST})
    return [
        *lines,
        _("Nothing was changed. Keep the copy as it is, and compare with an earlier export or backup."),
    ]


def exported_line(exported: Exported, where: str) -> str:
    return _("%(entries)s entries under %(checkpoints)s signatures are in %(where)s.") % {
        "entries": exported.entries,
        "checkpoints": exported.checkpoints,
        "where": where,
    }


def how_to_check() -> str:
    return _(
        "Anyone can check it with src/gallra/ledger/verifier.py and the key that `gallra ledger key` prints."
    )


def no_key() -> str:
    return _("The ledger has no key yet: it is made with the first signature, after the first sweep.")


def no_proof(*, number: int, exists: bool) -> str:
    if exists:
        return _("Entry %(number)s is not signed yet: its transaction had not ended. Try again.") % {
            "number": number
        }
    return _("There is no entry %(number)s in the ledger.") % {"number": number}


def broken(reason: str) -> str:
    return _(
        "The ledger does not hold, so nothing was signed on top of it (%(reason)s). "
        "`gallra ledger verify` says what, and where."
    ) % {"reason": reason}
