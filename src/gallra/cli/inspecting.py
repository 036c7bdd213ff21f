"""`gallra inspect`: a draft of the record kinds of somebody else's database, and a check of the finished file
against it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inspect")(look)


def look(
    variable: Annotated[
        str, typer.Argument(metavar="URL_ENV", help="The environment variable with the database's address.")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Write the draft to this file instead.")] = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="Hold this file of record kinds against the database.")
    ] = None,
    system: Annotated[
        str, typer.Option(help="The system's name in the policy; else from the variable's.")
    ] = "",
    host: Annotated[
        str, typer.Option(help="The host that the address leads to, where it is not this machine.")
    ] = "",
    times: Annotated[
        str, typer.Option(help="The zone of moments that are written without one.")
    ] = "Europe/Stockholm",
    lang: Annotated[str | None, typer.Option(help="sv or en; else the terminal's language.")] = None,
) -> None:
    """Draft the declaration of another database: its tables, what hangs on what, the dates, and which columns look
    personal and why. Values are sampled and counted, never shown. Ends with 1 where --check finds a fault."""
    from zoneinfo import ZoneInfo

    from gallra.policy import PolicyMistakes
    from gallra.site import egress
    from gallra.site.terminal import terminal_language
    from gallra.systems.sql.database import address, opened
    from gallra.systems.sql.drafting import draft
    from gallra.systems.sql.reading import read_kinds
    from gallra.systems.sql.verify import check as held_against

    spoken = lang or terminal_language()
    name = system or variable.removesuffix("_URL").removesuffix("_DATABASE").lower()
    try:
        declaration = read_kinds(check) if check is not None else None
    except PolicyMistakes as mistakes:
        sys.stderr.write(mistakes.told(spoken) + "\n")
        raise typer.Exit(2) from None
    egress.allow([host])
    zone = ZoneInfo(declaration.times if declaration else times)
    database = opened(address(variable, name), system=name, zone=zone, check_host=egress.check)
    try:
        if declaration is None:
            _write(draft(database, system=name, variable=variable, times=times), out)
            return
        faults = list(held_against(database, declaration))
    finally:
        database.close()
    for fault in faults:
        typer.echo(f"{fault.place}: {fault.sentence[spoken]}")
    if faults:
        raise typer.Exit(1)
    said = {"sv": "Filen stämmer med databasen.", "en": "The file fits the database."}
    typer.echo(said["sv" if spoken == "sv" else "en"])


def _write(text: str, out: Path | None) -> None:
    """To the file, which is never overwritten, or to the terminal."""
    if out is None:
        typer.echo(text, nl=False)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
