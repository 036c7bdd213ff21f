"""`gallra check`: a policy file held against itself, the law, the record kinds, and the installation's
tables."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gallra.cli.console import show, write_json
from gallra.site.terminal import gettext as _

if TYPE_CHECKING:
    from gallra.policy import Policy, PolicyMistakes
    from gallra.policy.check import Finding

Lang = Literal["sv", "en"]
UNREADABLE = 2
"""The exit code where the file is no policy; 1 is for findings of level error."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(check)


def check(
    file: Annotated[
        Path | None, typer.Argument(help="The policy file; without one, the policy that runs here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")] = False,
    lang: Annotated[str | None, typer.Option(help="sv or en; else the terminal's language.")] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live/--no-live", help="Look at the tables of this installation too, if there is one."
        ),
    ] = True,
) -> None:
    """Say everything that is wrong or missing in a policy, where, by which article, and how to mend it.

    Needs no database. Ends with 1 where something is an error, with 2 where the file cannot be read as a
    policy.
    """
    from gallra.policy import PolicyMistakes, read_policy

    spoken = _language(lang)
    try:
        policy = read_policy(file) if file is not None else None
    except PolicyMistakes as mistakes:
        _tell_mistakes(mistakes, spoken, as_json=as_json)
        raise typer.Exit(UNREADABLE) from None
    here = Here()
    if policy is None or (live and installed()):
        policy, here = _from_installation_or_file(policy, spoken)
    if policy is None:
        sys.stderr.write(_NO_POLICY[spoken] + "\n")
        raise typer.Exit(UNREADABLE)
    try:
        findings = [*_findings(policy, here.tables, file), *here.elsewhere]
    except PolicyMistakes as mistakes:
        _tell_mistakes(mistakes, spoken, as_json=as_json)
        raise typer.Exit(UNREADABLE) from None
    if as_json:
        write_json(as_data(policy, findings, live=here.tables is not None))
    else:
        _tell(policy, findings, spoken, name=str(file) if file else policy.controller.name)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)


def installed() -> bool:
    """Whether there is an installation here to look at. Starts and changes nothing."""
    from gallra.site import database

    return not database.embedded() or (database.folder() / "data" / "PG_VERSION").exists()


@dataclass(frozen=True, slots=True)
class Here:
    """What there is to look at beside a policy file: the installation's tables, None where there is none; and, of the
    policy that runs, what is wrong with the other databases as they stand."""

    tables: Mapping[str, Collection[str]] | None = None
    elsewhere: Collection[Finding] = ()


def _from_installation_or_file(policy: Policy | None, lang: Lang) -> tuple[Policy | None, Here]:
    """As `_from_installation`; where that fails, a given file is checked without it, and that is said."""
    from gallra.cli.failures import say, told

    try:
        return _from_installation(policy)
    except Exception as error:
        if policy is None:
            raise
        say(f"{_NOT_LIVE[lang]} {told(error)}")
        return policy, Here()


def _from_installation(policy: Policy | None) -> tuple[Policy | None, Here]:
    """The given policy, else the running one, and what to look at here, where a policy has been adopted."""
    from gallra.cli.console import installation

    with installation():
        from gallra.running.findings import elsewhere
        from gallra.running.installed import NoPolicy, running
        from gallra.running.schema import live_schema

        try:
            adopted = running()
        except NoPolicy:
            return policy, Here()
        same = policy is None or policy.version == adopted.rules.version
        return policy or adopted.policy, Here(live_schema(), elsewhere(adopted) if same else ())


def _findings(
    policy: Policy, tables: Mapping[str, Collection[str]] | None, file: Path | None
) -> list[Finding]:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from gallra.cli.declared import kinds_for
    from gallra.policy.check import check as checked
    from gallra.policy.law import load_law
    from gallra.systems.gallra import declared

    today = datetime.now(ZoneInfo(policy.controller.timezone)).date()
    return checked(
        policy, law=load_law(), kinds=kinds_for(policy, file), live=tables, declared=declared(), as_of=today
    )


def as_data(policy: Policy, findings: Collection[Finding], *, live: bool) -> dict[str, object]:
    """What `--json` writes: the version, whether live tables were looked at, counts by level, findings in
    both languages."""
    levels = ("error", "warning", "advice")
    return {
        "version": policy.version,
        "live": live,
        "counts": {level: sum(finding.level == level for finding in findings) for level in levels},
        "findings": [
            {
                "id": finding.id,
                "level": finding.level,
                "place": finding.place,
                "line": finding.line,
                "subject": finding.subject,
                "sentence": {"sv": finding.sentence.sv, "en": finding.sentence.en},
                "source": finding.source,
                "mend": {"sv": finding.mend.sv, "en": finding.mend.en},
                "promises": list(finding.promises),
            }
            for finding in findings
        ],
    }


_NO_POLICY: Mapping[Lang, str] = {
    "sv": "Ingen policy är antagen här. Ange en fil: gallra check FIL",
    "en": "No policy is adopted here. Name a file: gallra check FILE",
}
_NOT_LIVE: Mapping[Lang, str] = {
    "sv": "Filen prövas utan installationens tabeller.",
    "en": "The file is checked without the installation's tables.",
}
_LEVELS: Mapping[str, tuple[str, Mapping[Lang, tuple[str, str, str]]]] = {
    "error": ("bold red", {"sv": ("fel", "fel", "fel"), "en": ("error", "error", "errors")}),
    "warning": (
        "yellow",
        {"sv": ("varning", "varning", "varningar"), "en": ("warning", "warning", "warnings")},
    ),
    "advice": (
        "cyan",
        {"sv": ("råd", "råd", "råd"), "en": ("advice", "piece of advice", "pieces of advice")},
    ),
}
"""By level: its colour, and in each language its label, one of it, several."""


def _language(asked: str | None) -> Lang:
    from gallra.site.terminal import terminal_language

    if asked not in (None, "sv", "en"):
        raise typer.BadParameter(_("sv or en."), param_hint="--lang")
    return "sv" if (asked or terminal_language()) == "sv" else "en"


def _tell_mistakes(mistakes: PolicyMistakes, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        told = [
            {"place": m.place, "line": m.line, "word": m.word, "nearest": m.nearest,
             "sentence": {"sv": m.sentence.sv, "en": m.sentence.en}}
            for m in mistakes.mistakes
        ]  # fmt: skip
        write_json({"mistakes": told})
    else:
        sys.stderr.write(mistakes.told(lang) + "\n")


def _tell(policy: Policy, findings: list[Finding], lang: Lang, *, name: str) -> None:
    """Findings by level: where, what, by which source, how to mend."""
    from rich.markup import escape
    from rich.padding import Padding

    for level, (style, words) in _LEVELS.items():
        for finding in (f for f in findings if f.level == level):
            promises = f"  {' '.join(finding.promises)}" if finding.promises else ""
            line = f"{'rad' if lang == 'sv' else 'line'} {finding.line}  " if finding.line else ""
            where = f"  [dim]{line}{escape(finding.place)}{promises}[/dim]"
            show(f"[{style}]{words[lang][0]}[/{style}] [bold]{finding.id}[/bold]{where}")
            show(
                Padding(
                    f"{escape(finding.sentence[lang])} [dim]({escape(finding.source)})[/dim]", (0, 0, 0, 2)
                )
            )
            show(Padding(f"→ {escape(finding.mend[lang])}", (0, 0, 1, 2)))
    counts = [(sum(f.level == level for f in findings), words[lang]) for level, (_, words) in _LEVELS.items()]
    told = ", ".join(f"{number} {one if number == 1 else many}" for number, (_, one, many) in counts)
    show(f"{escape(name)}: {told}.")
