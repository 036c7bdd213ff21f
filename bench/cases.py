"""The cases by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench import archive, person
from bench.common import Bench
from bench.measure import Result

CASES: Mapping[str, Callable[[Bench], Result]] = {
    "archive": archive.archive,
    "settled": archive.settled,
    "extract": person.extract,
    "erase": person.erase,
    "erase-django": person.erase_by_collector,
}
