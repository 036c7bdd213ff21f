"""The answer is of the form that is documented, and says of each record when it goes and why it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from gallra.running import extracts
from gallra.systems import own
from tests.person.world import BO, CLEO, NIGHT, Seed

pytestmark = [pytest.mark.usefixtures("db", "policy"), pytest.mark.promise("S15", "M23")]
SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "extract-schema.json").read_text("utf-8")
)


def answer(address: str) -> dict[str, Any]:
    return json.loads(json.dumps(extracts.answer(address, now=NIGHT).data))  # type: ignore[no-any-return]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_answer_is_of_the_documented_form() -> None:
    bo, cleo = Seed("Mark", BO).everything(), Seed("Annan", CLEO)
    case = own.kinds()["support.case"]
    for part in case.parts:
        cleo.part(case, part, bo.keys["support_case"][0])
    for address in (BO, CLEO, "nobody@example.com"):
        jsonschema.validate(answer(address), SCHEMA, format_checker=jsonschema.FormatChecker())
    broken = answer(BO)
    broken["records"][0]["extra"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_each_record_says_when_it_goes_and_why_it_is_kept() -> None:
    Seed("Mark", BO).everything()
    by_kind = {record["kind"]: record for record in answer(BO)["records"]}
    invoice = by_kind["finance.invoice"]["goes"]
    assert invoice["kept_by"]["through"] == "2032-12-31"
    assert "bokföringslagen" in invoice["kept_by"]["statute"]["sv"]
    assert by_kind["support.case"]["goes"]["state"] == "not yet"
    assert by_kind["crm.prospect"]["goes"]["day"]
    assert by_kind["crm.prospect"]["goes"]["promises"]


def test_purposes_and_recipients_come_from_the_policy() -> None:
    Seed("Mark", BO).everything()
    kinds = answer(BO)["kinds"]
    assert kinds["support.case"]["purposes"][0]["basis"]
    assert kinds["newsletter.subscription"]["recipients"][0]["name"]


def test_a_contact_with_a_hold_is_told_that_it_is_kept() -> None:
    from gallra.running import holds

    Seed("Mark", BO).everything()
    holds.hold_person(BO, ground="tvist", now=NIGHT, by="command line")
    states = {record["kind"]: record["goes"]["state"] for record in answer(BO)["records"]}
    assert states["crm.prospect"] == "held"


def test_the_days_are_those_that_why_gives() -> None:
    from gallra.running.asking import why

    Seed("Mark", BO).everything()
    for record in answer(BO)["records"]:
        said = why(record["kind"], f"key:{record['key']}", now=NIGHT)
        assert record["goes"]["state"] == said.state
        assert record["goes"]["day"] in (None, str(said.day))
        told = record["goes"]["why"]
        assert told["sv"].split(" (")[0] == said.text.sv.split(" (")[0]
        assert "[" not in told["sv"] + told["en"], "places of a file say nothing to the person"


def test_the_period_is_told_in_words_to_the_person(tmp_path: Path) -> None:
    from gallra.running import handing

    Seed("Mark", BO).record(own.kinds()["crm.prospect"])
    handing.write(extracts.answer(BO, now=NIGHT), tmp_path / "out")
    said = (tmp_path / "out" / "LÄSMIG.txt").read_text("utf-8")
    assert "12 månader efter att" in said or "24 månader efter att" in said or "1 år efter att" in said
    assert "grund: ett berättigat intresse" in said, "bases in words too"
    assert "retention[" not in said + (tmp_path / "out" / "README.txt").read_text("utf-8")
