"""The cases by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench import archive, idle, memory, person, rights, simple, start
from bench.common import Bench
from bench.measure import Result

CASES: Mapping[str, Callable[[Bench], Result]] = {
    "archive": archive.archive,
    "settled": archive.settled,
    "simple": simple.simple,
    "idle": idle.idle,
    "extract": person.extract,
    "erase": person.erase,
    "erase-django": person.erase_by_collector,
    "request-extract": rights.extract,
    "request-erasure": rights.erasure,
    "request-queue": rights.queue,
    "restriction": rights.restriction,
    "memory": memory.memory,
    "demo": start.start,
}
