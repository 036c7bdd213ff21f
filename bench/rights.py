"""Requests in the database of a million cases: from the confirmed request to the finished answer, a queue of them, and
what the block on restricted people's data costs a sweep.

A request goes the way it goes in use: looked up, its mentions searched for in everybody's texts, its yes given, carried
out with receipt, asked again, the letter set, the answer encrypted and entered. What goes to the person by mail is
written and waits; no mail is sent. People have a name each: nobody is taken for somebody else.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.common import NIGHT, POLICIES, Bench, cases, number
from bench.measure import Result, by_turns, median, said, timed

if TYPE_CHECKING:
    from gallra.rights.answer.blocks import Letter

PEOPLE = 20
"""People in a round; what is said is the median of one."""
STAFF = "command line"
QUEUED, ALONE = 1_000, 20
"""Requests that wait at once, and a queue that is nearly empty."""
DIED = 600.0
"""Seconds after which a queue is given up."""


def extract(bench: Bench) -> Result:
    """From the confirmed request to the finished copy: letter, data, tables, receipts, encrypted."""
    return _answered(bench, "request-extract", "access", 0.05, "extract")


def erasure(bench: Bench) -> Result:
    """From the confirmed request to the finished erasure: plan, erased with receipt, asked again, letter."""
    return _answered(bench, "request-erasure", "erasure", 0.1, "erasure")


def _answered(bench: Bench, case: str, right: str, aim: float, what: str) -> Result:
    """Seconds of one request, from the look-up to its end."""
    title = f"from a confirmed request to the finished {what}, one person, letter and receipts included"
    parts: dict[str, list[float]] = {"look up": [], "carry out": []}
    letters: list[float] = []
    with bench.stage.copy(cases(bench)):
        adopt_mended()
        people = iter(make_people((bench.runs + 1) * PEOPLE))
        for found in range(bench.runs + 1):
            asked = [ask(next(people), right, NIGHT) for _ in range(PEOPLE)]
            with _letters_timed(letters if found else []):
                seconds = [_one(request) for request in asked]
            if found:  # the first round warms everything up
                for name, values in zip(parts, zip(*seconds, strict=True), strict=True):
                    parts[name] += values
                bench.told(f"round {found} of {bench.runs}: {said(median([sum(each) for each in seconds]))}")
        _all_answered((bench.runs + 1) * PEOPLE)
    whole = median([sum(each) for each in zip(*parts.values(), strict=True)])
    note = ", ".join(f"{name} {said(median(values))}" for name, values in parts.items())
    note += f"; of that the letter, set as PDF/UA, {said(median(letters))}"
    figures = {"ours": said(whole)}
    return Result(case, title, "mail is written, not sent", figures, whole * 1000, aim * 1000, bench.runs * PEOPLE,
                  unit=" ms", note=note)  # fmt: skip


@contextmanager
def _letters_timed(seconds: list[float]) -> Iterator[None]:
    """Each letter that is set meanwhile adds its seconds."""
    from gallra.rights.answer import typeset

    whole = typeset.pdf

    def pdf(letter: Letter, *, now: datetime) -> bytes:
        began = time.perf_counter()
        made = whole(letter, now=now)
        seconds.append(time.perf_counter() - began)
        return made

    typeset.pdf = pdf
    try:
        yield
    finally:
        typeset.pdf = whole


def _one(request: int) -> tuple[float, float]:
    """Seconds of looking up, and of the yes and everything after it."""
    from gallra.rights import carrying, looking

    def carried() -> None:
        approve(request, NIGHT)
        carrying.carry_out(request, now=NIGHT)

    return timed(lambda: looking.look_up(request, now=NIGHT)), timed(carried)


def queue(bench: Bench) -> Result:
    """A thousand that wait together against a few: what each takes in the queue, with the worker that runs in use."""
    many = max(bench.size.of(QUEUED), 5 * ALONE)
    template = cases(bench)

    def play(count: int) -> float:
        with bench.stage.copy(template) as name:
            adopt_mended(automatic=True)
            now = datetime.now(NIGHT.tzinfo)
            for address in make_people(count):
                ask(address, "access", now)
            return _worked_off(bench, name) / count

    runs = min(bench.runs, 3)
    contestants: dict[str, Callable[[], float]] = {
        "ours": partial(play, many),
        "few": partial(play, ALONE),
    }
    found = by_turns(runs, contestants, bench.told)
    mine, theirs = median(found["ours"]), median(found["few"])
    title = f"one request for a copy among {many:,} that wait, job by job, by one worker"
    return Result("request-queue", title, f"among {ALONE}", {"ours": said(mine), "few": said(theirs)}, mine / theirs,
                  1.1, runs)  # fmt: skip


def _worked_off(bench: Bench, name: str) -> float:
    """Seconds until a worker, a process of its own, has done every job of requests."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.rights"], env=bench.stage.environment(name), cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE, check=True, timeout=DIED + 60,
    )  # fmt: skip
    found = json.loads(done.stdout)
    if found["open"]:
        raise RuntimeError(f"{found['open']} requests are not answered")
    return float(found["seconds"])


def restriction(bench: Bench) -> Result:
    """The sweep of a tenth of the cases with the triggers that refuse changes of restricted people's data: nobody is
    restricted, and somebody is; against the same without the triggers."""
    from bench.archive import _end, _ours

    template = cases(bench)
    ends: set[tuple[int, ...]] = set()

    def play(change: str = "") -> float:
        with bench.stage.copy(template) as name:
            if change:
                with bench.stage.superuser(name) as superuser:
                    superuser.execute(change)
            seconds = timed(_ours)
            ends.add(_end())
            return seconds

    contestants: dict[str, Callable[[], float]] = {
        "ours": play,
        "somebody": partial(play, SOMEBODY),
        "without": partial(play, WITHOUT),
    }
    found = by_turns(bench.runs, contestants, bench.told)
    if len(ends) != 1:
        raise RuntimeError(f"they did not do the same: {ends}")
    seconds = {name: median(values) for name, values in found.items()}
    note = f"with somebody restricted, whom the sweep does not concern, {said(seconds['somebody'])}"
    figures = {"ours": said(seconds["ours"]), "without": said(seconds["without"])}
    title = f"archive {next(iter(ends))[0]:,} cases with the triggers of restriction"
    return Result("restriction", title, "without the triggers", figures, seconds["ours"] / seconds["without"], 1.1,
                  bench.runs, note=note)  # fmt: skip


SOMEBODY = "INSERT INTO directory_restricted (email, since) VALUES ('nobody@bench.example', now())"
WITHOUT = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger WHERE tgname LIKE '%\\_restricted' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', each.place, each.tgname);
  END LOOP;
END $$
"""


# --- requests -------------------------------------------------------------------------------------------------------


def make_people(count: int) -> list[str]:
    """People of bench/people.py, each with a name of their own."""
    from bench import people

    return people.make_people(count, named=True)


def adopt_mended(*, automatic: bool = False) -> None:
    """Munkeby's mended policy runs; automatic: its clear cases of access need no yes."""
    from gallra.policy import read_policy
    from gallra.running.models import Adoption

    text = (POLICIES / "munkeby-mended.toml").read_text("utf-8")
    if automatic:
        text = text.replace("[rights]\n", '[rights]\nautomatic = ["access"]\n')
    version = read_policy(text).version
    Adoption.objects.create(
        version=version, text=text, at=NIGHT, by=STAFF, reason="A benchmark.", salt=b"0" * 32
    )


def ask(address: str, right: str, now: datetime) -> int:
    """A request of somebody who has shown the address to be theirs; its number. Its job waits in the queue."""
    from gallra.rights import requests

    made = requests.receive(right=right, channel="web", address=address, now=now, signed_in=True)
    return int(made.pk)


def approve(request: int, now: datetime) -> None:
    """Staff say yes to what was proposed, having left what is mentioned elsewhere as it is."""
    from gallra.rights import deciding
    from gallra.rights.models import Request

    found = Request.objects.get(pk=request)
    for mention in found.mentions.filter(verdict=""):
        deciding.decide_mention(request, mention.pk, verdict="leave", reason="-", by=STAFF, now=now)
    deciding.approve(request, by=STAFF, now=now)


def _all_answered(count: int) -> None:
    answered = number("SELECT count(*) FROM rights_request WHERE state = 'answered'")
    if answered != count:
        raise RuntimeError(f"{answered} of {count} requests are answered")


# --- the worker, in a process of its own ----------------------------------------------------------------------------


def main() -> int:
    """Do the jobs of requests until none waits; the seconds and what is still open as JSON."""
    from gallra.site.boot import set_up_django

    set_up_django()
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        began = time.perf_counter()
        asyncio.run(_work(working))
        seconds = time.perf_counter() - began
    left = number("SELECT count(*) FROM rights_request WHERE state <> 'answered'")
    sys.stdout.write(json.dumps({"seconds": seconds, "open": left}))
    return 0


async def _work(app: object) -> None:
    """One worker on the queue of requests, till it is empty; mail has a queue of its own."""
    async with app.open_async():  # type: ignore[attr-defined]
        await asyncio.wait_for(
            app.run_worker_async(  # type: ignore[attr-defined]
                wait=False,
                queues=["default"],
                concurrency=1,
                listen_notify=False,
                install_signal_handlers=False,
            ),
            DIED,
        )


if __name__ == "__main__":
    sys.exit(main())
