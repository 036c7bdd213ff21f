"""`bench/run`: every case, or some, printed as a table; at full size kept, and written to docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.stage import stage


def main() -> int:
    """Run what was asked for; 1 where an aim was missed."""
    wanted = _arguments()
    with stage(wanted.home, told) as there:
        from bench.cases import CASES
        from bench.common import SIZES, Bench  # Django is set up from here on
        from bench.report import PAGE_FILE, keep, measured, table

        size = SIZES[wanted.size]
        unknown = [name for name in wanted.case if name not in CASES]
        if unknown:
            told(f"There is no case {', '.join(unknown)}. There are: {', '.join(CASES)}.")
            return 2
        bench = Bench(there, size, wanted.runs or size.runs, told)
        results, how = [], measured()
        for name in wanted.case or CASES:
            told(f"{name} ...")
            results.append(CASES[name](bench))
            sys.stdout.write(table(results[-1:]) + "\n")
            sys.stdout.flush()
            if size.name == "full":
                keep(results[-1], how, order=tuple(CASES))
                told(f"kept, and written to {PAGE_FILE.name}")
        sys.stdout.write("\n" + table(results) + "\n")
        return 0 if all(result.reached for result in results) else 1


def told(text: str) -> None:
    """Progress, apart from the table."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description="Gallra against the same work by hand.")
    parser.add_argument(
        "--case", action="append", default=[], help="only this case; may be given several times"
    )
    parser.add_argument(
        "--size", choices=("small", "middle", "full"), default="full", help="how much there is"
    )
    parser.add_argument("--runs", type=int, help="rounds (5)")
    parser.add_argument("--home", type=Path, help="keep the databases in this folder for the next time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
