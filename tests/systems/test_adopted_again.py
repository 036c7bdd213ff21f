"""The same policy adopted again with another description of its database: everything goes by the new one at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gallra.ledger.models import Entry
from gallra.running import adopting, board, foreign
from gallra.running.installed import running
from gallra.running.models import Checked
from gallra.site.adopted import page_in, standing
from tests.systems.world import DOCS, NOW


@pytest.mark.usefixtures("db")
@pytest.mark.promise("S2")
def test_page_board_rules_and_check_follow_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    policy, kinds = tmp_path / "desk.toml", tmp_path / "desk.kinds.toml"
    policy.write_text((DOCS / "desk.toml").read_text("utf-8"), "utf-8")
    before = (DOCS / "desk.kinds.toml").read_text("utf-8")
    after = before.replace('sv = "ärenden"', 'sv = "felanmälningar"').replace("ett ärende", "en felanmälan")

    def told() -> tuple[bool, bool, bool]:
        found = running()
        return (
            "felanmäl" in repr(page_in("sv", found)),
            "en felanmälan" in board.sentence(found, "M16").sv.lower(),
            foreign.kinds_of(found)["desk.case"].noun.many.sv == "felanmälningar",
        )

    kinds.write_text(before, "utf-8")
    first = adopting.adopt(policy, reason="test", now=NOW - timedelta(hours=3))
    board.check(NOW - timedelta(hours=2))
    assert told() == (False, False, False)
    kinds.write_text(after, "utf-8")
    assert told() == (False, False, False)  # a file that changed has no effect until it is adopted
    assert adopting.difference(policy, now=NOW).declared
    second = adopting.adopt(policy, reason="test", now=NOW - timedelta(hours=1))
    assert first.version == second.version
    assert told() == (True, True, True)
    assert standing(NOW) is None  # what was counted under the old description is not shown
    board.board(NOW)
    assert Checked.objects.get().at == NOW
    declared = [e.body["declarations"]["desk"] for e in Entry.objects.filter(action="adoption")]
    assert len(set(declared)) == 2
    kinds.write_text(before, "utf-8")
    adopting.adopt(policy, reason="test", now=NOW)
    assert told() == (False, False, False)
