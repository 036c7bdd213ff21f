"""The table, and the page docs/benchmarks.md with the machine it was made on.

What a case gave at full size is kept in bench/results.json until it is measured again; the page is made of all of them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.measure import Result

ROOT = Path(__file__).parents[1]
KEPT_FILE, PAGE_FILE = ROOT / "bench" / "results.json", ROOT / "docs" / "benchmarks.md"
HEAD = "| case | ours | peer in the same run | ratio | aim | runs |\n|---|---|---|---|---|---|\n"
PAGE = """# Benchmarks

`bench/run` writes this page, each case anew when it is measured at full size.

{measured}

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


def keep(result: Result, how: str, *, order: tuple[str, ...]) -> None:
    """Keep what a case gave, with when and on what (`measured`), and write the page of all kept cases in this order."""
    kept = json.loads(KEPT_FILE.read_text("utf-8")) if KEPT_FILE.exists() else {}
    kept[result.case] = {**asdict(result), "measured": how}
    some = {case: kept[case] for case in order if case in kept}
    KEPT_FILE.write_text(json.dumps(some, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE_FILE.write_text(document(some, [case for case in order if case not in some]), "utf-8")


def document(kept: Mapping[str, Mapping[str, Any]], unmeasured: Iterable[str] = ()) -> str:
    """The whole page. unmeasured: cases of which nothing is kept yet."""
    names = {field.name for field in fields(Result)}
    results = [Result(**{name: one[name] for name in one if name in names}) for one in kept.values()]
    notes = "\n".join(f"- {result.case}: {result.note}" for result in results if result.note)
    missed = [result.case for result in results if not result.reached]
    told: dict[str, list[str]] = {}
    for case, one in kept.items():
        told.setdefault(one["measured"], []).append(case)
    return PAGE.format(
        measured="\n".join(f"- {', '.join(cases)}: {how}" for how, cases in told.items()),
        runs=min((r.runs for r in results if r.ratio is not None), default=5),
        missed="".join(
            f"\n{word}: {', '.join(cases)}.\n"
            for word, cases in (("Missed", missed), ("Not measured at full size yet", list(unmeasured)))
            if cases
        ),
        table=table(results),
        notes=f"\n{notes}\n" if notes else "",
    )  # fmt: skip


def measured() -> str:
    """When and on what: day, version, processor, memory, system, versions."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{datetime.now(UTC).date()}, at {done.stdout.strip() or 'an unknown version'}, {machine()}"


def machine() -> str:
    """What it was measured on: processor, memory, system, versions."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
            break
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"{os.cpu_count()} cores of {name}, {memory} GB of memory,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}, psycopg"
        f" {psycopg.__version__}, {_server()}."
    )


def _server() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
