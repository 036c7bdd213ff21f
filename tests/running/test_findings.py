"""The board's findings: the live tables among them, kept by the check, all of them told in the terminal too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gallra.cli.telling import tell_board
from gallra.kinds import Text
from gallra.running import board
from gallra.running.report import FindingLine
from tests.conftest import Database
from tests.running.world import MINI, NIGHT, adopted


@pytest.mark.promise("S1", "S3")
def test_a_table_that_nobody_declared_is_on_the_board_until_the_next_check(fresh_database: Database) -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    clean = board.check(NIGHT).findings
    assert clean
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE old_contacts (id int, name text)")
    assert board.board(NIGHT) == replace(board.board(NIGHT), findings=clean)
    found = board.check(NIGHT + timedelta(hours=1)).findings
    (new,) = set(found) - set(clean)
    assert (new.id, new.level) == ("table-undeclared", "error")
    assert "old_contacts" in new.sentence.en
    with CaptureQueriesContext(connection) as queries:
        kept = board.board(NIGHT + timedelta(hours=2))
    assert kept.findings == found
    assert not [query for query in queries if "pg_catalog" in query["sql"]]


def test_the_terminal_tells_every_finding_of_the_board(
    db: object, capsys: pytest.CaptureFixture[str]
) -> None:
    adopted(MINI, at=NIGHT - timedelta(hours=1))
    restored = FindingLine("restored", "error", "database", Text("återläst", "it was restored"), "GDPR 17",
                           Text("Kör gallra restore.", "Run gallra restore."))  # fmt: skip
    found = board.check(NIGHT)
    with translation.override("en"):
        tell_board(replace(found, findings=(restored, *found.findings)), as_json=False)
    told = " ".join(capsys.readouterr().out.split())
    assert "restored database it was restored (GDPR 17) → Run gallra restore." in told
    for finding in found.findings:
        assert " ".join(finding.mend.en.split()) in told
