"""Help, and what Typer says of a command line it cannot read, in the language of the terminal.

The texts stand in English where they belong: as the help of an option, as the docstring of a command.
`scripts/translations` collects them from the commands themselves, and Typer's own beside them.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from gallra.site.terminal import gettext as _

NAMES = {"str": "TEXT", "int": "NUMBER", "Path": "FILE", "datetime": "DAY", "bool": ""}
"""What help calls a value that has no name of its own, by its type; a switch has none."""


class Unreadable(typer.BadParameter):
    """A command line that cannot be read, in our own words. Exit code 2."""

    def format_message(self) -> str:
        return self.message


class _Spoken:
    """What Command and Group have in common: their help, their usage line, what cannot be read."""

    if TYPE_CHECKING:
        help: str | None
        options_metavar: str | None

        def collect_usage_pieces(self, ctx: Any) -> list[str]: ...

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.help = _(self.help or "")
        self.options_metavar = _("[OPTIONS]")

    def get_params(self, ctx: Any) -> list[Any]:
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in found:
            parameter.help = _(parameter.help or "")
            parameter.metavar = named(parameter)
            if isinstance(parameter, TyperArgument):
                # Its name says what it is; the type would stand beside it, in the words of Python.
                parameter.display_type_rich = lambda ctx: None  # type: ignore[method-assign]
        return found

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage: "))

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        try:
            return super().make_context(*arguments, **settings)  # type: ignore[misc]
        except TyperException as error:
            reword(error)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)  # type: ignore[misc]
        except TyperException as error:
            reword(error)


class Command(_Spoken, TyperCommand):
    """A command that speaks the terminal's language."""


class Group(_Spoken, TyperGroup):
    """A group of commands that speaks the terminal's language."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.subcommand_metavar = _("COMMAND [ARGS]...")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            near = get_close_matches(args[0], list(self.commands))
            words = {"name": args[0], "near": ", ".join(near)}
            known = _("There is no command “%(name)s”. Did you mean %(near)s?") if near else _(
                "There is no command “%(name)s”.")  # fmt: skip
            raise Unreadable(known % words, ctx=ctx)
        return super().resolve_command(ctx, args)


class Commands(typer.Typer):
    """Typer's application, of commands and groups that speak the terminal's language."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=Group, no_args_is_help=True, pretty_exceptions_enable=False, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Any:
        return super().command(name, **{"cls": Command, **settings})


def named(parameter: Any) -> str | None:
    """What help calls the value of an option, or an argument."""
    if parameter.metavar is not None:
        return _(parameter.metavar)
    if isinstance(parameter, TyperOption):
        descriptor = parameter.type_descriptor
        word = re.sub(r"list\[(.+)\]", r"\1", parameter.bare_type())
        return None if descriptor.is_choice or word not in NAMES else _(NAMES[word])
    return _(parameter.name.upper())


def reword(error: TyperException) -> NoReturn:
    """Raise the error in our own words where it is one that we know, else as it is."""
    if isinstance(error, Unreadable):
        raise error
    said = worded(error.format_message())
    if said is None:
        raise error
    raise Unreadable(said, ctx=getattr(error, "ctx", None)) from None


def worded(said: str) -> str | None:
    """What Typer says of a command line, in our words and the terminal's language; None where we know none."""
    for pattern, words in (*_unreadable(), *_values()):
        found = pattern.fullmatch(said)
        if found:
            parts = {name: part or "" for name, part in found.groupdict().items()}
            if "why" in parts:
                parts["why"] = worded(parts["why"]) or parts["why"]
            return words % parts
    return None


def _unreadable() -> list[tuple[re.Pattern[str], str]]:
    """Of the command line."""
    return [
        (_pattern(r"No such option: (?P<word>\S+) \(Possible options: (?P<near>.+)\)"),
         _("There is no option %(word)s. Did you mean %(near)s?")),
        (_pattern(r"No such option: (?P<word>\S+)"), _("There is no option %(word)s.")),
        (_pattern(r"Option '(?P<word>.+)' does not take a value\."), _("The option %(word)s takes no value.")),
        (_pattern(r"Option '(?P<word>.+)' requires an argument\."), _("The option %(word)s needs a value.")),
        (_pattern(r"Missing option '(?P<word>.+?)'.*"), _("The option %(word)s is missing.")),
        (_pattern(r"Missing argument '(?P<word>.+?)'.*"), _("%(word)s is missing.")),
        (_pattern(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)"),
         _("This is too much: %(words)s")),
        (_pattern(r"Invalid value for '?(?P<word>.+?)'?: (Value error, )?(?P<why>.+)"), _("%(word)s: %(why)s")),
        (_pattern(r"Invalid value: (Value error, )?(?P<why>.+)"), "%(why)s"),
    ]  # fmt: skip


def _values() -> list[tuple[re.Pattern[str], str]]:
    """Of one value."""
    return [
        (_pattern(r"Input should be a valid integer.*"), _("it should be a whole number.")),
        (_pattern(r"Input should be greater than or equal to (?P<least>\S+)"),
         _("it should be at least %(least)s.")),
        (_pattern(r"Input should be less than or equal to (?P<most>\S+)"), _("it should be at most %(most)s.")),
        (_pattern(r"'(?P<word>.*)' is not one of (?P<words>.+)\."),
         _("“%(word)s” is none of %(words)s.")),
        (_pattern(r"'(?P<word>.*)' does not match the formats .+\."),
         _("“%(word)s” is not a day such as 2026-12-31.")),
        (_pattern(r"\w+ '(?P<file>.*)' does not exist\."), _("%(file)s does not exist.")),
        (_pattern(r"\w+ '(?P<file>.*)' is a directory\."), _("%(file)s is a folder.")),
        (_pattern(r"\w+ '(?P<file>.*)' is a file\."), _("%(file)s is a file.")),
        (_pattern(r"\w+ '(?P<file>.*)' is not readable\."), _("%(file)s cannot be read.")),
        (_pattern(r"\w+ '(?P<file>.*)' is not writable\."), _("%(file)s cannot be written.")),
    ]  # fmt: skip


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)
