"""Where the data comes from: every way in, and whatever is fetched elsewhere."""

from __future__ import annotations

from gallra.kinds import Text
from gallra.policy.wording.sentences import purposes
from gallra.policy.wording.structure import Section
from gallra.policy.wording.writing import Writer

PLACE = "collected"


def section(w: Writer) -> Section:
    """The ways in; where the file says none, that it does not."""
    w.part = PLACE
    title = w.pick(Text("Varifrån uppgifterna kommer", "Where the data comes from"))
    collected = w.policy.collected
    if collected is None:
        return Section(PLACE, title, (w.say(purposes.ways_missing(w.lang), gap=True),))
    said = []
    if collected.from_:
        said.append(w.say(purposes.ways_in(collected.from_, w.lang), PLACE, aspect="lead"))
    else:
        said.append(w.say(purposes.ways_missing(w.lang), PLACE, aspect="lead", gap=True))
    if collected.elsewhere is not None:
        said.append(w.say(purposes.elsewhere(collected.elsewhere, w.lang), PLACE))
    if collected.elsewhere:
        said.append(w.say(purposes.other_sources(w.lang), PLACE))
    return Section(PLACE, title, tuple(said))
