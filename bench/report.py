"""The table, and the page docs/benchmarks.md with the machine it was made on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from bench.measure import Result

HEAD = "| case | ours | peer in the same run | ratio | aim | runs |\n|---|---|---|---|---|---|\n"
PAGE = """# Benchmarks

`bench/run` writes this page. {machine}

Every run works in a fresh, checkpointed copy of its database, ours and the peer's by turns; figures are medians of
{runs} runs or more, ratios of those medians. The server has the settings of an installation in use; what commits is on
the disk. By hand means: written as well as we could, with the same indexes, constraints and durability, on the same
connection.
{missed}
{table}
{notes}"""


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table."""
    lines = []
    for result in results:
        figures = dict(result.figures)
        ours = figures.pop("ours")
        ratio = "–" if result.ratio is None or not figures else f"{result.ratio:.2f}"
        aim = "–" if result.aim is None else f"≤ {result.aim:g}{result.unit}"
        mark = "" if result.reached else " (missed)"
        peer = f"{result.peer}: {', '.join(figures.values())}" if figures else result.peer
        lines.append(f"| {result.title} | {ours} | {peer} | {ratio} | {aim}{mark} | {result.runs} |")
    return HEAD + "\n".join(lines)


def document(results: list[Result]) -> str:
    """The whole page."""
    notes = "\n".join(f"- {result.case}: {result.note}" for result in results if result.note)
    missed = [result.case for result in results if not result.reached]
    return PAGE.format(
        machine=machine(), runs=min((r.runs for r in results if r.ratio is not None), default=5),
        missed=f"\nMissed: {', '.join(missed)}.\n" if missed else "", table=table(results),
        notes=f"\n{notes}\n" if notes else "",
    )  # fmt: skip


def machine() -> str:
    """What it was measured on: processor, memory, system, versions, day."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"Measured on {datetime.now(UTC).date()}: {os.cpu_count()} cores of {name}, {memory} GB of memory,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}, psycopg"
        f" {psycopg.__version__}, {_server()}."
    )


def _server() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
