"""`gallra ledger verify`, `export`, `proof`, `key`: what was done, for anyone to check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gallra.cli.console import installation, signed, write_json
from gallra.cli.spoken import Commands

if TYPE_CHECKING:
    from gallra.ledger.verifier import Key

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of sentences.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    ledger = Commands(help="What was done, signed, for anyone to check.")
    ledger.command()(verify)
    ledger.command()(export)
    ledger.command()(proof)
    ledger.command()(key)
    app.add_typer(ledger, name="ledger")


def verify(as_json: Json = False) -> None:
    """Check every entry, the tree, every signature and the copy outside. Exit 1 where something does not hold."""
    with installation():
        from gallra.ledger import words
        from gallra.ledger.verify import verify as check

        verified = check(_known_key())
        if as_json:
            faults = [fault._asdict() for fault in verified.faults]
            write_json(
                {
                    "holds": verified.holds,
                    "entries": verified.entries,
                    "signed": verified.signed,
                    "signed_at": verified.signed_at,
                    "copied": verified.copied,
                    "late": verified.late,
                    "faults": faults,
                }
            )
        else:
            for line in words.verified_lines(verified):
                typer.echo(line)
    if not verified.holds:
        raise typer.Exit(1)


def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write.", dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Write the whole ledger to one file that anyone can check without the database."""
    with installation(), _signed_now():
        from gallra.ledger import words
        from gallra.ledger.export import export as write

        exported = write(out, _known_key())
        if as_json:
            write_json({"file": str(out), "entries": exported.entries, "checkpoints": exported.checkpoints})
        else:
            typer.echo(words.exported_line(exported, str(out)))
            typer.echo(words.how_to_check())


def proof(
    number: Annotated[int, typer.Argument(help="The entry's number, as receipts show it.", min=1)],
    out: Annotated[Path | None, typer.Option("--out", help="The file to write.", dir_okay=False)] = None,
) -> None:
    """The proof that one entry is in the ledger, as JSON, to be checked offline."""
    with installation(), _signed_now():
        from gallra.ledger import words
        from gallra.ledger.proof import NoProof, prove

        try:
            made = prove(number, _known_key())
        except NoProof as missing:
            _fail(words.no_proof(number=number, exists=missing.exists))
        if out is None:
            sys.stdout.write(made.decode())
        else:
            out.write_bytes(made)
            typer.echo(words.how_to_check())


def key(as_json: Json = False) -> None:
    """The ledger's public key, to be published where others can find it."""
    with installation():
        known = _known_key()
        if as_json:
            write_json({"key": known.text, "origin": known.origin, "fingerprint": known.fingerprint})
        else:
            typer.echo(known.text)


@contextmanager
def _signed_now() -> Iterator[None]:
    """First sign what no checkpoint covers yet."""
    from django.utils import timezone

    signed(timezone.now())
    yield


def _known_key() -> Key:
    from gallra.ledger import words
    from gallra.ledger.signing import known_key

    known = known_key()
    if known is None:
        _fail(words.no_key())
    return known


def _fail(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)
