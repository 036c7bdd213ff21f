"""Memory of a sweep of 100,000 and of 1,000,000 due records: each in a process of its own, at its highest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import simple
from bench.common import Bench
from bench.measure import Result, median
from bench.stage import disconnect

ROOT = Path(__file__).parents[1]


def memory(bench: Bench) -> Result:
    """A tenth of the rows due, then all of them."""
    source = simple.template(bench)
    rows = bench.size.of(1_000_000)
    highest: dict[int, list[int]] = {rows // 10: [], rows: []}
    for number in range(bench.runs):
        for due in highest if number % 2 == 0 else reversed(highest):
            with bench.stage.copy(source) as name:
                _make_due(bench, name, due)
                disconnect()
                done = subprocess.run(
                    [sys.executable, "-m", "bench.memory"], cwd=ROOT, env=bench.stage.environment(name), text=True,
                    stdout=subprocess.PIPE, check=True,
                )  # fmt: skip
            found = json.loads(done.stdout)
            if found["records"] != due:
                raise RuntimeError(f"{found['records']} of {due} went")
            highest[due].append(found["kilobytes"])
        bench.told(
            f"round {number + 1} of {bench.runs}: "
            + ", ".join(f"{d}: {k[-1]} kB" for d, k in highest.items())
        )
    few, many = (median([float(value) for value in values]) for values in highest.values())
    title = f"memory of a sweep from {rows // 10:,} to {rows:,} due, at its highest"
    figures = {"ours": f"{many / 1024:.1f} MB", "few": f"{few / 1024:.1f} MB"}
    return Result("memory", title, f"itself at {rows // 10:,}", figures, many / few, 1.05, bench.runs)


def _make_due(bench: Bench, name: str, due: int) -> None:
    """Exactly `due` rows are due; nothing is held."""
    with bench.stage.superuser(name) as superuser:
        superuser.execute("DELETE FROM running_hold")
        superuser.execute(
            "UPDATE support_suggestion SET given_at = '2026-11-01' WHERE given_at < '2025-11-24'"
        )
        superuser.execute(
            "UPDATE support_suggestion SET given_at = timestamptz '2025-01-01' + (id % 300) * interval '1 day' WHERE id"
            f" IN (SELECT id FROM support_suggestion ORDER BY id LIMIT {int(due)})"
        )
        superuser.execute("VACUUM ANALYZE support_suggestion")


def main() -> int:
    """The sweep, in a process that has done nothing else; its highest memory as JSON."""
    from gallra.site import boot

    boot.set_up_django()
    from bench.common import question, receipts
    from gallra.engine.act import carry_out
    from gallra.engine.work import work
    from gallra.systems.connection import OwnDatabase
    from gallra.systems.own import kinds

    taken = carry_out(OwnDatabase(), work(question(simple.rule(), kinds()["support.suggestion"])), receipts())
    sys.stdout.write(json.dumps({"records": taken.records, "kilobytes": _highest()}))
    return 0


def _highest() -> int:
    """Kilobytes of this program alone: what getrusage says begins with the memory of the process that started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


if __name__ == "__main__":
    sys.exit(main())
