"""`gallra page`, `register`: the policy as people read it, and the register of Article 30, from a file or as
adopted.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gallra.cli.console import installation
from gallra.cli.failures import say, told
from gallra.site.terminal import gettext as _

if TYPE_CHECKING:
    from gallra.kinds import Kinds
    from gallra.policy import Policy


class Language(StrEnum):
    """What a document is written in."""

    sv = "sv"
    en = "en"


class PageFormat(StrEnum):
    """What the page can be."""

    html = "html"
    md = "md"


class RegisterFormat(StrEnum):
    """What the register can be."""

    html = "html"
    xlsx = "xlsx"


File = Annotated[Path | None, typer.Argument(help="A policy file; without one, the adopted policy.")]
Lang = Annotated[Language | None, typer.Option("--lang", help="The language; else the policy's own.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("page")(publish)
    app.command("register")(activities)


def publish(
    file: File = None,
    lang: Lang = None,
    format: Annotated[
        PageFormat, typer.Option("--format", help="HTML that stands alone, or Markdown.")
    ] = PageFormat.md,
    out: Out = None,
) -> None:
    """The policy as people read it, in Swedish or English."""
    from gallra.policy.law import load_law
    from gallra.policy.wording import page, to_html, to_markdown

    policy, adopted = _policy(file)
    worded = page(
        policy, kinds=_kinds(policy, file), law=load_law(), lang=_language(policy, lang), valid_from=adopted
    )
    text = to_html(worded) if format is PageFormat.html else to_markdown(worded)
    _write(text.encode(), out)


def activities(
    file: File = None,
    lang: Lang = None,
    format: Annotated[
        RegisterFormat, typer.Option("--format", help="HTML or a workbook.")
    ] = RegisterFormat.html,
    out: Out = None,
) -> None:
    """The register of processing activities that Article 30 requires."""
    from gallra.policy.law import load_law
    from gallra.policy.wording.register import register as list_activities
    from gallra.policy.wording.register_files import register_html, register_xlsx

    if format is RegisterFormat.xlsx and out is None:
        raise typer.BadParameter(_("a workbook needs a file to be written to."), param_hint="--out")
    policy, _where = _policy(file)
    listed = list_activities(policy, kinds=_kinds(policy, file), law=load_law(), lang=_language(policy, lang))
    _write(register_xlsx(listed) if format is RegisterFormat.xlsx else register_html(listed).encode(), out)


def _kinds(policy: Policy, file: Path | None) -> Kinds:
    """The kinds it is read with, or the mistakes in the files beside it."""
    from gallra.cli.declared import kinds_for
    from gallra.policy import PolicyMistakes

    try:
        return kinds_for(policy, file)
    except PolicyMistakes as mistakes:
        say(told(mistakes))
        raise typer.Exit(2) from None


def _language(policy: Policy, lang: Language | None) -> Literal["sv", "en"]:
    if lang is None:
        return policy.controller.language
    return "sv" if lang is Language.sv else "en"


def _policy(file: Path | None) -> tuple[Policy, date | None]:
    """The policy of the file, or the adopted one and its day. Exit 2 where the file has mistakes, all of them told."""
    from gallra.policy import PolicyMistakes, read_policy

    if file is None:
        with installation():
            from zoneinfo import ZoneInfo

            from gallra.running.installed import running

            found = running()
            return found.policy, found.adoption.at.astimezone(ZoneInfo(found.rules.timezone)).date()
    try:
        return read_policy(file), None
    except PolicyMistakes as mistakes:
        say(told(mistakes))
        raise typer.Exit(2) from None


def _write(content: bytes, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
