"""`gallra find`, `extract`, `correct`, `erase`: one person. The address is asked for, or read from standard input with
`-`; never an argument, for it would stay in the shell's history.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallra.cli.console import agreed, installation, show, signed, table, write_json
from gallra.cli.holds import read_address
from gallra.site.terminal import gettext as _

if TYPE_CHECKING:
    from gallra.engine.person import correct as corrections
    from gallra.engine.person.erase import Line
    from gallra.running.erasures import Erased, Planned
    from gallra.running.persons import Everything

Who = Annotated[
    str, typer.Argument(metavar="-", help="-: read the address from standard input; else it is asked for.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
BY = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (find, extract, correct, erase):
        app.command(command.__name__)(command)


def find(
    who: Who = "",
    mentions: Annotated[
        bool,
        typer.Option(
            "--mentions", help="Also search other people's free text for the address and the names."
        ),
    ] = False,
    sql: Annotated[
        bool, typer.Option("--sql", help="Show the statements instead; asks for no address.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What every system has of a person, by numbers; who may be the same; changes nothing."""
    only_a_dash(who)
    with installation():
        from django.utils import timezone

        from gallra.running import persons

        if sql:
            _tell_statements()
            return
        found = persons.find(read_address(who), now=timezone.now(), also_mentions=mentions)
        _not_asked(found.unreachable)
        if as_json:
            write_json(found_as_data(found))
        else:
            _tell_found(found)


def extract(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder for the answer.")],
    who: Who = "",
    as_json: Json = False,
) -> None:
    """The person's answer as files: JSON, tables, documents, a page to begin with. An entry in the ledger says so."""
    only_a_dash(who)
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.rights import disclosures
        from gallra.running import extracts, handing

        now, address = timezone.now(), read_address(who)
        answered = extracts.answer(address, now=now)
        digest = handing.write(answered, out)
        receipt = extracts.record(answered, address=address, digest=digest, now=now, by=BY)
        if not answered.nothing:
            disclosures.exported(address=address, kinds=answered.counts, by=BY, now=now, digest=digest)
        signed(now)
        if as_json:
            write_json({
                "folder": str(out), "sha256": digest, "records": dict(answered.counts),
                "documents": len(answered.documents), "receipt": receipt, "salt": answered.salt.hex(),
            })  # fmt: skip
            return
        if answered.nothing:
            show(extracts.nothing_found())
        for kind, count in answered.counts.items():
            show(f"  {kind}: {count}")
        words = {"folder": str(out), "receipt": receipt}
        show(_("Written to %(folder)s, for its owner only; receipt %(receipt)d.") % words)


def correct(
    fields: Annotated[
        list[str],
        typer.Argument(metavar="FIELD=VALUE…", help="phone=…, name=…, email=-: the new value is asked for."),
    ],
    merge: Annotated[
        bool, typer.Option("--merge", help="Where another contact has the new address, make the two one.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Correct a person's data in every register that has it and may hold it: all or nothing, with a receipt.

    A value given as - is asked for. With - by itself the address, then each such value, is read from standard input.
    Addresses are never arguments: they would stay in the shell's history.
    """
    stdin = "-" in fields
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import persons

        address = read_address("-" if stdin else "")
        values = _values([field for field in fields if field != "-"], stdin)
        planned = persons.plan_correction(address, values, merge=merge)
        if not as_json:
            _tell_correction(planned)
        if not planned.contacts:
            show(_("No register knows the address. Nothing was changed.")) if not as_json else write_json(
                {"contacts": 0, "changes": [], "receipt": None}
            )
            raise typer.Exit(1)
        if not agreed(_("Correct it?"), yes=yes, stdin_is_free=not stdin):
            if as_json:
                write_json(_correction_as_data(planned, None))
            sys.stderr.write(_("Nothing was changed. To correct it: add --yes") + "\n")
            raise typer.Exit(1)
        now = timezone.now()
        done = persons.correct(address, values, now=now, by=BY, merge=merge)
        _not_asked(done.unreachable)
        signed(now)
        if as_json:
            write_json({**_correction_as_data(done.plan, done.receipt), "salt": done.salt.hex()})
        else:
            show(_("Corrected; receipt %(receipt)d.") % {"receipt": done.receipt})


def erase(
    who: Who = "",
    stop_mailings: Annotated[
        bool,
        typer.Option("--stop-mailings", help="Never write to the address again: kept as a keyed hash only."),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase a person in every system. Shows first what goes, what a statute keeps until when, and what is held."""
    only_a_dash(who)
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.running import erasures

        now, address = timezone.now(), read_address(who)
        planned = erasures.plan_erasure(address, now=now)
        if not as_json:
            _tell_erasure(planned)
        if not agreed(_("Erase it? It cannot be undone."), yes=yes, stdin_is_free=who != "-"):
            if as_json:
                write_json({"plan": plan_as_data(planned), "done": None})
            sys.stderr.write(_("Nothing was erased. To erase it: add --yes") + "\n")
            raise typer.Exit(1)
        done = erasures.erase(address, now=now, by=BY, stop_mailings=stop_mailings)
        _not_asked(done.unreachable)
        signed(now)
        if as_json:
            write_json({"plan": plan_as_data(planned), "done": erased_as_data(done)})
        else:
            _tell_erased(done)
        if done.left:
            raise typer.Exit(1)


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


def only_a_dash(who: str) -> None:
    """End with 2 where an address was given as an argument."""
    if who in ("", "-"):
        return
    sys.stderr.write(
        _(
            "An address as an argument would stay in the shell's history. Leave it out to be asked for it, or give - "
            "and write it to standard input."
        )
        + "\n"
    )
    raise typer.Exit(2)


def _values(fields: list[str], stdin: bool) -> dict[str, str]:
    from django.utils.translation import gettext as _

    found: dict[str, str] = {}
    for field in fields:
        word, sign, value = field.partition("=")
        if not sign or (word.strip().lower() == "email" and value != "-"):
            sys.stderr.write(_("Give FIELD=VALUE; of an address only email=-. Nothing was changed.") + "\n")
            raise typer.Exit(2)
        if value == "-":
            value = sys.stdin.readline().strip() if stdin else str(typer.prompt(word)).strip()
        found[word.strip()] = value
    return found


def _tell_statements() -> None:
    from gallra.engine.person.find import statements
    from gallra.running.persons import own_people

    for statement in statements(own_people()):
        sys.stdout.write(f"-- {statement.name}\n{statement.text};\n")


def _tell_found(found: Everything) -> None:
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


def _tell_correction(planned: corrections.Plan) -> None:
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


def _correction_as_data(planned: corrections.Plan, receipt: int | None) -> dict[str, Any]:
    changes = [{"table": c.table, "field": c.word, "state": c.state} for c in planned.changes]
    return {"contacts": planned.contacts, "changes": changes, "receipt": receipt}


def _tell_erasure(planned: Planned) -> None:
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


def _tell_erased(done: Erased) -> None:
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


def _not_asked(unreachable: Mapping[str, str]) -> None:
    """Which systems did not answer, beside the result."""
    from django.utils.translation import gettext as _

    for why in unreachable.values():
        sys.stderr.write(_("Not asked: %(why)s") % {"why": why} + "\n")
