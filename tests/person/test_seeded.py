"""A person whose marker stands in every personal column, file and free text of every register: found by the extract,
gone after erasure but for what an obligation keeps, and nobody else's extract changed but by marks.
"""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from gallra.running import erasures, extracts, handing, persons
from gallra.site import environment
from gallra.systems import own
from tests.person.world import BO, CLEO, NIGHT, Seed, mark, tables_with

pytestmark = [pytest.mark.usefixtures("db", "policy"), pytest.mark.promise("S8", "S20", "M21", "M23", "S15")]
MARKER = "Zyxmarkör-7f3a"
OTHER = "Qvistbo-9c1e"
BY = "command line"
LONG_OVER = date(2015, 12, 31)


def answer(address: str) -> dict[str, Any]:
    return json.loads(json.dumps(extracts.answer(address, now=NIGHT).data))  # type: ignore[no-any-return]


def test_every_personal_column_and_file_is_in_the_extract(tmp_path: Path) -> None:
    seed = Seed(MARKER, BO).everything()
    answered = extracts.answer(BO, now=NIGHT)
    text = json.dumps(answered.data, ensure_ascii=False)
    declared = {
        (table.name, column.name)
        for kind in own.kinds().values()
        if kind.people
        for table in kind.tables()
        for column in table.columns
        if column.personal and column.type == "text" and column.name not in ("file", "words")
    }
    assert declared - set(seed.said) == set(), "the seed fills every personal text"
    missing = {place for place in declared if seed.said[place] not in text}
    assert missing == set()
    handing.write(answered, tmp_path / "out")
    contents = {path.read_bytes() for path in (tmp_path / "out" / "documents").rglob("*") if path.is_file()}
    assert contents == set(seed.files)
    assert len(seed.files) >= 4


def test_values_that_are_no_text_are_in_the_extract_too() -> None:
    seed = Seed(MARKER, BO).everything()
    data = answer(BO)
    [agreement] = [item for item in data["records"] if item["kind"] == "finance.agreement"]
    assert agreement["values"]["number"] >= 700_000
    [account] = [item for item in data["records"] if item["kind"] == "support.account"]
    assert account["values"]["handle"]
    [subscription] = [item for item in data["records"] if item["kind"] == "newsletter.subscription"]
    assert subscription["values"]["token"] == mark(MARKER, "newsletter_subscription", "token").encode().hex()
    assert {item["kind"] for item in data["records"]} == {
        kind.name for kind in own.kinds().values() if kind.people
    }
    assert {contact["register"] for contact in data["contacts"]} == {
        "support",
        "crm",
        "finance",
        "newsletter",
    }
    assert str(seed.keys["support_case"][0]) in {str(item["key"]) for item in data["records"]}


def test_after_erasure_only_what_the_statute_keeps_is_there(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    Seed(MARKER, BO).everything()
    before = tables_with(MARKER)
    assert {"support_message", "crm_note", "newsletter_contact", "finance_invoice"} <= before
    done = erasures.erase(BO, now=NIGHT, by=BY, stop_mailings=True)
    # The company is named by its agreement and invoice, which the Bookkeeping Act keeps.
    assert tables_with(MARKER) == {
        "finance_contact", "finance_agreement", "finance_invoice", "finance_line", "directory_company",
    }  # fmt: skip
    assert done.left == 0
    assert not done.complete
    assert tables_with(BO) == {"finance_contact", "finance_invoice", "running_openerasure"}
    found = persons.find(BO, now=NIGHT)
    assert {hit.kind.name for f in found.systems.values() for hit in f.hits} == {
        "finance.agreement", "finance.invoice",
    }  # fmt: skip
    assert found.suppressed
    assert MARKER not in caplog.text
    assert BO not in caplog.text
    assert "".join(capsys.readouterr()) == ""
    assert all(MARKER not in file.read_text("utf-8", "replace") for file in _logs())


def test_when_no_statute_keeps_it_nothing_at_all_is_left(tmp_path: Path) -> None:
    Seed(MARKER, BO, year_ends=LONG_OVER)  # the company alone is nobody's
    Seed(OTHER, BO, year_ends=LONG_OVER).everything()
    from django.conf import settings

    files = [path for path in Path(settings.DOCUMENTS_ROOT).rglob("*") if path.is_file()]
    assert files
    done = erasures.erase(BO, now=NIGHT, by=BY)
    assert done.complete
    assert done.left == 0
    assert tables_with(OTHER) == set()
    assert tables_with(BO) == set()
    assert [path for path in Path(settings.DOCUMENTS_ROOT).rglob("*") if path.is_file()] == []
    assert persons.find(BO, now=NIGHT).nothing
    assert extracts.answer(BO, now=NIGHT).nothing


def _logs() -> list[Path]:
    return [path for path in environment.home().rglob("*.log") if path.is_file()]


def test_nobody_elses_extract_changes_but_by_marks() -> None:
    bo, cleo = Seed(MARKER, BO).everything(), Seed(OTHER, CLEO).everything()
    for kind in own.kinds().values():
        for part in kind.parts:
            if part.people:  # Bo wrote in Cleo's records, and Cleo in Bo's
                record = cleo.keys[kind.table.name][0]
                bo.part(kind, part, record)
                cleo.part(kind, part, bo.keys[kind.table.name][0])
    before = answer(CLEO)
    assert MARKER in json.dumps(before, ensure_ascii=False), "Bo's letters stand in Cleo's case"
    assert BO not in json.dumps(before), "but not his address"
    assert f"{MARKER} support_contact" not in json.dumps(before, ensure_ascii=False)
    bos = answer(BO)
    erasures.erase(BO, now=NIGHT, by=BY)
    after = answer(CLEO)
    others = [r for r in before["records"] if not r["yours"]]
    assert {r["kind"] for r in others} >= {"support.case"}, "Cleo's letters in Bo's records are hers"
    # Bo's own records went, and what Cleo wrote in them with them. All else differs by marks.
    mine = [r for r in before["records"] if r["yours"]]
    assert _changes(mine, [r for r in after["records"] if r["yours"]]) == {extracts.MARK}
    assert _changes(before["contacts"], after["contacts"]) == set()
    assert {r["key"] for r in others} <= {r["key"] for r in bos["records"]}


def _changes(before: Any, after: Any) -> set[Any]:
    """What stands now where something else stood."""
    if isinstance(before, dict) and isinstance(after, dict):
        assert before.keys() == after.keys()
        return set().union(*(_changes(before[name], after[name]) for name in before), set())
    if isinstance(before, list) and isinstance(after, list):
        assert len(before) == len(after)
        return set().union(*map(_changes, before, after), set())
    return set() if before == after else {after}


def test_the_sign_in_account_and_its_sessions_go_and_staffs_stay() -> None:
    users: Any = get_user_model().objects
    bo, cleo = users.create_user(email=BO, name=MARKER), users.create_user(email=CLEO, role="support")
    for user in (bo, cleo):
        client = Client()
        client.force_login(user)
    assert "django_session" in tables_with_session()
    done = erasures.erase(BO, now=NIGHT, by=BY)
    assert done.account["site_user"] == 1
    assert done.account["django_session"] == 1
    assert tables_with(MARKER) == set()
    assert erasures.erase(CLEO, now=NIGHT, by=BY).account == {}
    assert users.filter(email=CLEO).exists()


def tables_with_session() -> set[str]:
    from django.contrib.sessions.models import Session

    return {"django_session"} if Session.objects.count() == 2 else set()
