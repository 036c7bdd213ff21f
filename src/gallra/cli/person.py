"""`gallra find`, `extract`, `correct`, `erase`: one person. The address is asked for, or read from standard input with
`-`; never an argument, for it would stay in the shell's history.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gallra.cli.console import agreed, installation, show, signed, write_json
from gallra.cli.holds import read_address
from gallra.cli.person_told import (
    correction_as_data,
    erased_as_data,
    found_as_data,
    not_asked,
    plan_as_data,
    tell_correction,
    tell_erased,
    tell_erasure,
    tell_found,
    tell_statements,
)
from gallra.site.terminal import gettext as _

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
            tell_statements()
            return
        found = persons.find(read_address(who), now=timezone.now(), also_mentions=mentions)
        not_asked(found.unreachable)
        if as_json:
            write_json(found_as_data(found))
        else:
            tell_found(found)


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
            tell_correction(planned)
        if not planned.contacts:
            show(_("No register knows the address. Nothing was changed.")) if not as_json else write_json(
                {"contacts": 0, "changes": [], "receipt": None}
            )
            raise typer.Exit(1)
        if not agreed(_("Correct it?"), yes=yes, stdin_is_free=not stdin):
            if as_json:
                write_json(correction_as_data(planned, None))
            sys.stderr.write(_("Nothing was changed. To correct it: add --yes") + "\n")
            raise typer.Exit(1)
        now = timezone.now()
        done = persons.correct(address, values, now=now, by=BY, merge=merge)
        not_asked(done.unreachable)
        signed(now)
        if as_json:
            write_json({**correction_as_data(done.plan, done.receipt), "salt": done.salt.hex()})
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
            tell_erasure(planned)
        if not agreed(_("Erase it? It cannot be undone."), yes=yes, stdin_is_free=who != "-"):
            if as_json:
                write_json({"plan": plan_as_data(planned), "done": None})
            sys.stderr.write(_("Nothing was erased. To erase it: add --yes") + "\n")
            raise typer.Exit(1)
        done = erasures.erase(address, now=now, by=BY, stop_mailings=stop_mailings)
        not_asked(done.unreachable)
        signed(now)
        if as_json:
            write_json({"plan": plan_as_data(planned), "done": erased_as_data(done)})
        else:
            tell_erased(done)
        if done.left:
            raise typer.Exit(1)


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
