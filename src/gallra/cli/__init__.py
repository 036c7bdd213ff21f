"""The command line. Each module of this package adds its commands by `register(app)`; what is heavy is imported inside
the commands, so that help and completion are quick.
"""

from __future__ import annotations

import importlib
from typing import Any

import typer

from gallra import __version__
from gallra.cli.spoken import Commands
from gallra.site import terminal

# In the order in which help shows them.
COMMANDS = (
    "policy", "publishing", "adopting", "inspecting", "sweeping", "person", "requests", "restrictions",
    "disclosures", "breaches", "holds", "reviewing",
    "attesting", "rewriting", "ledger", "restoring", "staff", "mail", "serving",
)  # fmt: skip


class CommandLine(Commands):
    """The application, with our way to fail: what went wrong in words, without a traceback, and without values."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        from gallra.cli.failures import say, told

        try:
            return super().__call__(*arguments, **named)
        except Exception as error:
            say(told(error))
            raise SystemExit(1) from None


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def _callback(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Run a company's privacy policy: publish it, carry out its periods, prove it.

    The installation is the one in GALLRA_HOME (~/.gallra).
    """
    from gallra.site import egress

    egress.install()


def _build() -> CommandLine:
    terminal.teach_libraries()
    built = CommandLine(name="gallra", rich_markup_mode="rich")
    built.callback()(_callback)
    for name in COMMANDS:
        importlib.import_module(f"gallra.cli.{name}").register(built)
    return built


app = _build()
