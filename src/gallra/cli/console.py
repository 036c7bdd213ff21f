"""What commands have in common: the installation, the terminal, JSON, asking, and work that takes time."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import typer

from gallra.site.terminal import gettext as _


@contextmanager
def installation() -> Iterator[None]:
    """The installation in GALLRA_HOME: its database runs, Django is set up."""
    from gallra.cli.failures import say
    from gallra.site import boot

    with boot.installation(say):
        yield


def write_json(value: Any) -> None:
    """One JSON document on standard output; days and moments in ISO 8601."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=plain) + "\n")


def plain(value: object) -> object:
    """What JSON cannot say by itself."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    return str(value)


def table(*columns: str, numbers: tuple[int, ...] = ()) -> Any:
    """A plain table for the terminal: thin lines, numbers to the right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, title in enumerate(columns):
        made.add_column(title, justify="right" if place in numbers else "left", overflow="fold")
    return made


def show(*things: Any) -> None:
    """Print to the terminal; colours only where there is one."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    for thing in things:
        console.print(thing)


def agreed(question: str, *, yes: bool, stdin_is_free: bool = True) -> bool:
    """Whether the person wants it: by `--yes`, or by answering. Where nobody can answer, no."""
    if yes:
        return True
    if not stdin_is_free or not sys.stdin.isatty():
        return False
    return confirmed(question)


def confirmed(question: str) -> bool:
    """Ask at the terminal; only a plain yes is one."""
    choice = _("[y/N]")
    answer = str(typer.prompt(f"{question} {choice}", default="", show_default=False))
    return answer.strip().lower() in {"y", "yes", *_("y yes").split()}


def signed(now: datetime) -> None:
    """Sign what was done until now. Where the ledger does not hold together: say so, and end with 1."""
    from gallra.ledger import words
    from gallra.ledger.checkpoint import LedgerBroken, make_checkpoint

    try:
        make_checkpoint(now)
    except LedgerBroken as error:
        sys.stderr.write(f"{words.broken(str(error))}\n")
        raise typer.Exit(1) from None


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """While inside, the first Ctrl-C only asks to stop (the function given says so); the second ends at once."""
    asked = False

    def ask(number: int, frame: Any) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
