"""What the commands about one person say: tables for the terminal, and JSON."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gallra.cli.console import show, table

if TYPE_CHECKING:
    from gallra.engine.person import correct as corrections
    from gallra.engine.person.erase import Line
    from gallra.running.erasures import Erased, Planned
    from gallra.running.persons import Everything


def found_as_data(found: Everything) -> dict[str, Any]:
    """What was found as JSON: numbers and keys, no values."""
    return {
        "systems": found.counts(),
        "account": None if found.sign_in is None else {"user": found.sign_in.user, "staff": found.sign_in.staff},
        "suppressed": found.suppressed,
        "records": [
            {"kind": hit.kind.name, "table": hit.table, "key": hit.key, "record": hit.record, "yours": hit.owner}
            for system in found.systems.values()
            for hit in system.hits
        ],
        "twins": [{"table": twin.table, "key": twin.key, "by": list(twin.by)} for twin in found.twins],
        "mentions": None
        if found.mentions is None
        else [
            {"kind": m.kind, "record": m.record, "table": m.table, "key": m.key, "column": m.column}
            for m in found.mentions
        ],
    }  # fmt: skip


def plan_as_data(planned: Planned) -> dict[str, Any]:
    """The plan of an erasure as JSON."""
    return {
        "until": planned.until,
        "account": planned.sign_in is not None and not planned.sign_in.staff,
        "staff": planned.sign_in is not None and planned.sign_in.staff,
        "lines": [
            {
                "system": line.system, "kind": line.kind, "table": line.table, "what": what(line), "count": line.count,
                "until": line.until, "statute": line.statute.statute_en if line.statute else None,
            }
            for plan in planned.systems.values()
            for line in plan.lines
        ],
    }  # fmt: skip


def erased_as_data(done: Erased) -> dict[str, Any]:
    """What was erased as JSON; the salt by which the person can show that the receipt is theirs."""
    return {
        "complete": done.complete,
        "left": done.left,
        "receipt": done.receipt,
        "salt": done.salt.hex(),
        "suppressed": done.suppressed,
        "account": done.account,
        "systems": {
            name: {
                "erased": each.erased, "parts": each.parts, "blanked": each.blanked, "contacts": each.contacts,
                "companies": each.companies, "documents": len(each.files),
            }
            for name, each in done.systems.items()
        },
    }  # fmt: skip


def what(line: Line) -> str:
    """A line's fate in one word: erased, blanked, kept, held, needed, later."""
    if line.state in ("erase", "part"):
        return "blanked" if line.blanked else "erased"
    return line.state


def tell_statements() -> None:
    """The statements that find a person, without any value."""
    from gallra.engine.person.find import statements
    from gallra.running.persons import own_people

    for statement in statements(own_people()):
        sys.stdout.write(f"-- {statement.name}\n{statement.text};\n")


def tell_found(found: Everything) -> None:
    """What was found, by system and table; who may be the same; mentions."""
    from django.utils.translation import gettext as _

    from gallra.running.extracts import nothing_found

    if found.nothing:
        show(nothing_found())
    else:
        told = table(_("System"), _("Table"), _("Rows"), numbers=(2,))
        for system, counts in found.counts().items():
            for name, count in counts.items():
                told.add_row(system, name, str(count))
        show(told)
    if found.sign_in is not None:
        show(_("A member of staff signs in with the address.") if found.sign_in.staff
             else _("A customer signs in with the address."))  # fmt: skip
    if found.suppressed:
        show(_("The address must not be mailed."))
    for twin in found.twins:
        show(_("May be the same person, by %(by)s: %(table)s %(key)s (nothing is done about it).")
             % {"by": ", ".join(twin.by), "table": twin.table, "key": twin.key})  # fmt: skip
    for mention in found.mentions or ():
        show(_("Mentioned in %(kind)s %(record)s: %(table)s.%(column)s, row %(key)s.")
             % {"kind": mention.kind, "record": mention.record, "table": mention.table, "column": mention.column,
                "key": mention.key})  # fmt: skip


def tell_correction(planned: corrections.Plan) -> None:
    """What a correction would change."""
    from django.utils.translation import gettext as _

    states = {
        "change": _("is corrected"),
        "same": _("says so already"),
        "no purpose": _("no purpose names the field here"),
        "no such field": _("has no such field"),
        "merge": _("becomes one with the contact of the new address"),
        "clash": _("another contact has the new address"),
    }
    told = table(_("Table"), _("Field"), _("What"))
    for change in planned.changes:
        told.add_row(change.table, change.word, states[change.state])
    show(told)


def correction_as_data(planned: corrections.Plan, receipt: int | None) -> dict[str, Any]:
    """A correction as JSON; receipt: None where nothing was changed."""
    changes = [{"table": c.table, "field": c.word, "state": c.state} for c in planned.changes]
    return {"contacts": planned.contacts, "changes": changes, "receipt": receipt}


def tell_erasure(planned: Planned) -> None:
    """What an erasure would do, a line each."""
    from django.utils.translation import gettext as _

    from gallra.running.extracts import nothing_found

    if planned.nothing:
        show(nothing_found())
    words = {
        "erased": _("erased"),
        "blanked": _("the person's part is emptied"),
        "kept": _("kept by a statute"),
        "held": _("held"),
        "needed": _("kept: another record needs it"),
        "later": _("came later, stays"),
        "other": _("stays"),
    }
    told = table(_("Record kind"), _("Table"), _("Rows"), _("What"), _("Until"), _("Statute"), numbers=(2,))
    for plan in planned.systems.values():
        for line in plan.lines:
            told.add_row(
                line.kind, line.table, str(line.count), words[what(line)], _day(line), _statute(line)
            )
    show(told)
    if planned.sign_in is not None:
        show(_("The account of a member of staff stays while they work here.") if planned.sign_in.staff
             else _("The account and its sessions go."))  # fmt: skip


def _day(line: Line) -> str:
    day: date | None = line.until
    return day.isoformat() if day else "–"


def _statute(line: Line) -> str:
    from gallra.cli.telling import language

    if line.statute is None:
        return "–"
    return line.statute.statute_sv if language() == "sv" else line.statute.statute_en


def tell_erased(done: Erased) -> None:
    """What was erased, what is kept, and whether anything is left."""
    from django.utils.translation import gettext as _

    records = sum(sum(each.erased.values()) for each in done.systems.values())
    emptied = sum(sum(each.blanked.values()) for each in done.systems.values())
    contacts = sum(each.contacts for each in done.systems.values())
    words = {"records": records, "emptied": emptied, "contacts": contacts, "receipt": done.receipt}
    show(
        _(
            "Erased: %(records)d records, %(contacts)d contacts; %(emptied)d parts emptied. Receipt %(receipt)d."
        )
        % words
    )
    if not done.complete:
        show(_("What is kept goes by itself when its day has passed; nothing that came later is touched."))
    if done.left:
        show(_("%(left)d rows are still found. Run it again.") % {"left": done.left})
    else:
        show(_("Asked again: nothing is found but what is kept."))


def not_asked(unreachable: Mapping[str, str]) -> None:
    """Which systems did not answer, beside the result."""
    from django.utils.translation import gettext as _

    for why in unreachable.values():
        sys.stderr.write(_("Not asked: %(why)s") % {"why": why} + "\n")
