"""`gallra promises`, `due`, `forecast`, `sweep`, `why`: what the running policy wants, and doing it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallra.cli.console import agreed, installation, interruptible, show, signed, table, write_json

if TYPE_CHECKING:
    from gallra.engine.along import Along
    from gallra.engine.plan import Plan, Step
    from gallra.running.runs import Result
    from gallra.running.steps import Progress

Json = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(promises)
    app.command()(due)
    app.command()(forecast)
    app.command()(sweep)
    app.command()(why)


def promises(
    as_json: Json = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Count everything anew first.")] = False,
) -> None:
    """Every sentence of the policy, and whether it is kept."""
    with installation():
        from gallra.cli.telling import tell_board
        from gallra.running import board

        now = _now()
        if fresh:
            board.check(now, audit=True)
        tell_board(board.read(now), as_json=as_json)


def due(
    as_json: Json = False,
    sql: Annotated[bool, typer.Option("--sql", help="Show the statements that would run.")] = False,
) -> None:
    """What the policy wants done now. Nothing is changed."""
    with installation():
        from gallra.running import runs

        plan = runs.due(_now())
        along = runs.along_with(plan)
        if as_json:
            write_json(plan_as_data(plan, along, sql=sql))
        else:
            _tell_plan(plan, along, sql=sql)


def forecast(
    months: Annotated[int, typer.Option(help="How many months ahead.", min=1, max=120)] = 24,
    as_json: Json = False,
) -> None:
    """What goes when, per promise: a table and a small chart."""
    with installation():
        from gallra.cli.telling import tell_forecast
        from gallra.running import board

        tell_forecast(board.coming(_now(), months=months), as_json=as_json)


def sweep(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    confirm: Annotated[
        list[str] | None,
        typer.Option(
            help="A record kind of which more than a fifth may go; or clock, when the clock is right."
        ),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Ask of every contact and company too, as every night.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Carry out everything that is due. Shows the plan first; Ctrl-C stops between two batches."""
    with installation():
        from django.utils.translation import gettext as _

        from gallra.running import board, runs

        now = _now()
        plan = runs.due(now)
        along = runs.along_with(plan)
        if not as_json:
            _tell_plan(plan, along)
        if dry_run:
            if as_json:
                write_json(plan_as_data(plan, along))
            return
        question = _("Carry this out? It cannot be undone.")
        if plan.taken and not agreed(question, yes=yes):
            sys.stderr.write(_("Nothing was touched. To carry it out: gallra sweep --yes") + "\n")
            raise typer.Exit(1)
        with ExitStack() as stack:
            stop = stack.enter_context(interruptible())
            told = stack.enter_context(_progress(plan))
            result = runs.sweep(
                now, confirmed=frozenset(confirm or ()), audit=audit, by="command line", stop=stop, told=told
            )
        _tell_result(result, as_json=as_json)
        board.check(now)
        signed(now)
        if result.outcome == "failed":
            raise typer.Exit(1)


def why(
    kind: Annotated[str, typer.Argument(help="The record kind: support.case, or its last word, case.")],
    key: Annotated[str, typer.Argument(metavar="ID", help="The number people know it by, or the key.")],
    as_json: Json = False,
) -> None:
    """What will happen to a record, when and by which sentence, or what did."""
    with installation():
        from django.utils.translation import get_language

        from gallra.running import asking

        answer = asking.why(kind, key, now=_now())
        if as_json:
            write_json(asdict(answer))
        else:
            lang = "sv" if (get_language() or "en").startswith("sv") else "en"
            show(answer.text[lang])
            for line in answer.lines:
                show(f"  {line[lang]}")


def plan_as_data(plan: Plan, along: Along | None = None, *, sql: bool = False) -> dict[str, Any]:
    """A plan as JSON: the same for `due`, `sweep --dry-run` and tests."""
    return {
        "policy": plan.version,
        "day": plan.day,
        "taken": plan.taken,
        "reviews": plan.reviews,
        "steps": [
            {
                "rule": step.name,
                "promises": list(step.promises),
                "kind": step.kind,
                "verb": step.verb,
                "event": step.event,
                "cutoff": step.cutoff,
                "count": step.count,
                **({"statements": [s.text for s in step.statements()]} if sql else {}),
            }
            for step in plan.steps
        ],
        "brakes": [{"kind": b.kind, "taken": b.taken, "total": b.total} for b in plan.brakes],
        **({"along": asdict(along)} if along is not None else {}),
    }


def _tell_plan(plan: Plan, along: Along, *, sql: bool = False) -> None:
    from django.utils.translation import gettext as _

    verbs = {"archive": _("archive"), "erase": _("erase"), "review": _("review")}
    told = table(_("Promise"), _("Record kind"), _("What"), _("Counted from"), _("Records"), numbers=(4,))
    for step in plan.steps:
        told.add_row(
            " ".join(step.promises) or "–",
            step.kind,
            verbs[step.verb],
            _("a review decided it") if step.decision else _counted_from(step),
            f"{step.count:,}".replace(",", " "),
        )
    show(told)
    if with_them := _said_along(along):
        show(_("With them go, or are emptied: %(rows)s.") % {"rows": with_them})
    for why in plan.unreachable:
        sys.stderr.write(_("Not asked: %(why)s") % {"why": why} + "\n")
    if sql:
        for step in plan.steps:
            show(f"\n-- {step.name}")
            for statement in (step.keys(), *step.statements()):
                sys.stdout.write(f"-- {statement.name}\n{statement.text};\n")
    if not plan.taken:
        show(_("Nothing is to go today, %(day)s.") % {"day": plan.day.isoformat()})
    for brake in plan.brakes:
        words = {"taken": brake.taken, "total": brake.total, "kind": brake.kind, "percent": brake.percent}
        show(
            _("%(taken)d of %(total)d records of %(kind)s would go (%(percent)d %%): a sweep stops and asks.")
            % words
        )


def _said_along(along: Along) -> str:
    """What goes with the records, by its words: "meddelanden 12, kontaktpersoner 3"."""
    from django.utils.translation import gettext as _

    from gallra.cli.telling import language
    from gallra.running.installed import own_kinds

    titles = {part.table.name: part.title for kind in own_kinds().values() for part in kind.parts}
    rows = [(titles[name][language()], count) for name, count in along.parts.items()]
    rows += [(_("contacts"), sum(along.contacts.values())), (_("companies"), along.companies)]
    return ", ".join(f"{word} {count:,}".replace(",", " ") for word, count in rows if count)


def _counted_from(step: Step) -> str:
    from django.utils.translation import gettext as _

    from gallra.cli.telling import language

    clause = step.question.kind.event(step.event).clause[language()]
    return _("%(event)s %(day)s or before") % {"event": clause, "day": step.cutoff.isoformat()}


def _tell_result(result: Result, *, as_json: bool) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    if as_json:
        write_json(asdict(result))
        return
    show(
        ngettext("%(count)d record is gone.", "%(count)d records are gone.", result.records)
        % {"count": result.records}
    )
    for rule, count in result.taken.items():
        show(f"  {rule}: {count}")
    settled = {"contacts": result.contacts, "companies": result.companies, "blanked": result.blanked}
    show(
        _("Contacts: %(contacts)d, companies: %(companies)d, rows with dropped fields: %(blanked)d.")
        % settled
    )
    if result.outcome == "stopped":
        show(
            _(
                "Stopped between two batches, as you asked: what is listed is done, with its receipts; the rest waits."
            )
            + " "
            + _("Go on with: gallra sweep")
        )
    if result.outcome == "failed":
        show(_("Some of it failed: %(reason)s. The rest was carried out.") % {"reason": result.reason})


class _progress:
    """A bar per rule with rate and time left, on standard error where that is a terminal."""

    def __init__(self, plan: Plan) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.due = {step.name: step.count for step in plan.steps}
        self.tasks: dict[str, Any] = {}
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> Any:
        self.bars.start()
        return self.tell

    def __exit__(self, *error: object) -> None:
        self.bars.stop()

    def tell(self, progress: Progress) -> None:
        """One batch is done."""
        if progress.rule not in self.tasks:
            total = self.due.get(progress.rule, 0)
            self.tasks[progress.rule] = self.bars.add_task(progress.rule, total=total, rate="")
        task = self.tasks[progress.rule]
        speed = self.bars.tasks[task].speed
        self.bars.update(task, completed=progress.done, rate=f"{speed:,.0f}/s" if speed else "")


def _now() -> datetime:
    """The clock, read once for the whole command."""
    from django.utils import timezone

    return timezone.now()
