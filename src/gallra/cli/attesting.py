"""`gallra attest`: a person vouches for what no program can see."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallra.cli.console import agreed, installation, show, table, write_json

if TYPE_CHECKING:
    from gallra.running.attesting import Asked


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(attest)


def attest(
    promise: Annotated[
        str, typer.Argument(metavar="PROMISE", help="M10; left out: show which promises ask for a word.")
    ] = "",
    by: Annotated[
        str, typer.Option(help="Who vouches, as staff know them: a role or a name, no address.")
    ] = "",
    words: Annotated[
        str, typer.Option(help="On what ground. Kept beside the attestation, not in the ledger.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")] = False,
) -> None:
    """Vouch for a promise that no program can see. It holds for the policy's period, then it lapses."""
    with installation():
        from django.utils import timezone
        from django.utils.translation import gettext as _

        from gallra.cli.telling import language
        from gallra.running import attesting

        now = timezone.now()
        if not promise:
            _tell(attesting.asked(now), as_json=as_json)
            return
        found = attesting.wanted(promise, now=now)
        if not as_json:
            show(f"{found.promise}: {found.sentence[language()]}")
            show(_("The word holds through %(day)s.") % {"day": found.until.isoformat()})
        who = by or _ask_who()
        if not agreed(_("Vouch for it?"), yes=yes):
            sys.stderr.write(_("Nothing was changed. To vouch for it: add --yes") + "\n")
            raise typer.Exit(1)
        made = attesting.attest(promise, by=who, words=words, now=now)
        if as_json:
            write_json({"promise": made.promise, "by": made.by, "at": made.at, "until": made.until})
        else:
            show(
                _("%(promise)s is vouched for, through %(day)s.")
                % {"promise": made.promise, "day": made.until}
            )


def as_data(found: Asked) -> dict[str, Any]:
    """What a promise asks, as JSON."""
    last = found.last
    return {
        "promise": found.promise, "place": found.place, "every": str(found.every),
        "by": last.by if last else None, "at": last.at if last else None, "until": last.until if last else None,
    }  # fmt: skip


def _tell(found: tuple[Asked, ...], *, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from gallra.cli.telling import language

    if as_json:
        write_json([as_data(each) for each in found])
        return
    if not found:
        show(_("No promise of this policy asks for a person's word."))
        return
    told = table(_("Promise"), _("Sentence"), _("By"), _("Through"))
    for each in found:
        who, last = (each.last.by, each.last.until.isoformat()) if each.last else ("–", "–")
        told.add_row(each.promise, each.sentence[language()], who, last)
    show(told)


def _ask_who() -> str:
    from django.utils.translation import gettext as _

    if not sys.stdin.isatty():
        sys.stderr.write(_('Say who vouches: --by "…". Nothing was changed.') + "\n")
        raise typer.Exit(2)
    return str(typer.prompt(_("Who vouches?"))).strip()
