"""An executor that tells before each statement about a person, those that are sent together too, so that a test can
stop or kill between any two.
"""

from __future__ import annotations

from collections.abc import Sequence

from gallra.engine.compile import Statement
from gallra.engine.execute import Row
from gallra.engine.person.sending import returns
from tests.running.pausing import Telling


class Stepping(Telling):
    """What is sent together is sent one by one, each told of before."""

    def many(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return [self.rows(s) if returns(s) else [(self.run(s),)] for s in statements]
