"""`check` finds two seeded faults of every kind and nothing else; the mended files pass; the published ones
are told."""

from __future__ import annotations

from datetime import date

import pytest

from gallra.policy import read_policy
from gallra.policy.check import Finding, check, outdated, registry
from gallra.policy.law import load_law
from gallra.systems import own
from gallra.systems.gallra import declared
from tests.policy.editing import FOUR, text_of
from tests.policy.seeds import SEEDS, Live, Seed

TODAY = date(2026, 11, 22)


def live_tables() -> Live:
    """The tables that a migrated database has, as the declarations have them (test_live_schema asks a real
    one)."""
    return {name: set(columns) for name, columns in declared().items()}


def findings(text: str, live: Live | None = None) -> list[Finding]:
    return check(
        read_policy(text), law=load_law(), kinds=own.kinds(), live=live, declared=declared(), as_of=TODAY
    )


def named(found: list[Finding]) -> set[tuple[str, str, str]]:
    return {(finding.id, finding.place, finding.subject) for finding in found}


def test_every_finding_has_two_seeded_faults() -> None:
    assert set(SEEDS) == set(registry())


@pytest.mark.parametrize(("name", "seed"), [(n, s) for n, pair in SEEDS.items() for s in pair])
def test_a_seeded_fault_is_found_and_nothing_else(name: str, seed: Seed) -> None:
    base = text_of(seed.base)
    live = live_tables()
    if seed.live is not None:
        seed.live(live)
    before, after = findings(base, live_tables()), findings(seed.edit(base), live)
    places = {(f.id, f.subject) for f in before}
    new = [finding for finding in after if (finding.id, finding.subject) not in places]
    assert {finding.id for finding in new} == {name}
    assert {finding.id for finding in after} - {name} <= {finding.id for finding in before}
    for finding in new:
        assert finding.level == registry()[name].level
        assert finding.sentence.sv != finding.sentence.en
        assert all((finding.source, finding.mend.sv, finding.mend.en))


@pytest.mark.parametrize("name", ["swinx-mended", "munkeby-mended"])
@pytest.mark.promise("S2", "S3", "M1", "M22")
def test_a_mended_policy_passes_without_error_or_warning(name: str) -> None:
    assert {f.level for f in findings(text_of(name), live_tables())} <= {"advice"}


@pytest.mark.parametrize("name", ["swinx", "munkeby"])
def test_a_mended_policy_keeps_the_promises_of_the_published_one(name: str) -> None:
    published, mended = read_policy(text_of(name)), read_policy(text_of(f"{name}-mended"))
    assert set(mended.promises()) == set(published.promises())


@pytest.mark.promise("S5", "S9", "S10", "S17", "S18", "S7")
def test_what_swinx_published_is_told() -> None:
    found = findings(text_of("swinx"))
    subjects = {(f.id, f.subject) for f in found}
    assert {("act-repealed", "PuL"), ("kind-without-purpose", "licensing.licence")} <= subjects
    assert {
        ("records-uncovered", kind) for kind in ("finance.invoice", "crm.prospect", "support.case")
    } <= subjects
    assert {("right-missing", right) for right in ("rectification", "complaint", "restriction")} <= subjects
    ids = {f.id for f in found}
    assert {
        "statute-missing", "retention-under-obligation", "basis-missing", "place-country-missing", "holds-missing",
        "recipients-unstated", "controller-identity", "withdrawal-missing", "giving-missing", "decisions-missing",
        "source-missing",
    } <= ids  # fmt: skip
    assert outdated(read_policy(text_of("swinx")), found) == {"S5"}


@pytest.mark.promise("M12", "M21", "M25", "M26", "M13", "M17")
def test_what_munkeby_published_is_told() -> None:
    found = findings(text_of("munkeby"))
    subjects = {(f.id, f.subject) for f in found}
    periods = ("support.account", "finance.invoice", "finance.agreement", "newsletter.subscription")
    assert {("period-missing", kind) for kind in periods} <= subjects
    assert ("review-without-end", "crm.customer") in subjects
    assert {("right-missing", right) for right in ("restriction", "objection", "portability")} <= subjects
    assert (
        not {("right-missing", right) for right in ("access", "rectification", "erasure", "complaint")}
        & subjects
    )
    assert {
        "safeguard-void", "authority-renamed", "controller-identity", "erasure-narrowed", "agreement-missing",
        "recipient-place-missing", "purpose-without-fields", "basis-missing",
    } <= {f.id for f in found}  # fmt: skip
    assert outdated(read_policy(text_of("munkeby")), found) == {"M12", "M25", "M26"}


@pytest.mark.promise("M21")
def test_erasure_beside_rectification_only_is_found_without_being_said() -> None:
    said = 'erasure_of = "wrong data"                           # M21: the text grants less than the law, a finding\n'
    text = text_of("munkeby")
    assert said in text
    assert "erasure-narrowed" in {f.id for f in findings(text.replace(said, ""))}


@pytest.mark.parametrize("name", FOUR)
def test_findings_stand_errors_first_and_lead_to_a_line(name: str) -> None:
    text = text_of(name)
    found = findings(text)
    levels = ["error", "warning", "advice"]
    assert [levels.index(f.level) for f in found] == sorted(levels.index(f.level) for f in found)
    assert len(named(found)) == len(found)
    for finding in found:
        if finding.line:
            line = text.split("\n")[finding.line - 1]
            last = finding.place.split(".")[-1].split("[")[0]
            assert last in line or line.startswith(f"[{finding.place}]")


def test_without_a_day_nothing_is_called_old() -> None:
    text = (
        text_of("munkeby-mended")
        .replace("checked = 2026-11-02", "checked = 2001-01-01")
        .replace("tested = 2026-10-20", "tested = 2001-01-01")
    )
    policy = read_policy(text)
    assert {f.level for f in check(policy, law=load_law(), kinds=own.kinds())} <= {"advice"}


def test_an_event_that_nobody_knows_is_not_called_uncovered_as_well() -> None:
    text = text_of("munkeby-mended").replace('"the case was closed"', '"the case was close"')
    assert {f.id for f in findings(text) if f.level != "advice"} == {"event-unknown"}


def test_a_system_whose_kinds_are_not_known_here_is_not_told_what_it_holds() -> None:
    system = """
[system.old]
title = { sv = "Gammalt", en = "Old" }
connector = "sql"
kinds = "old.kinds.toml"
url_env = "OLD_URL"
place = "own"
holds = ["matters"]
records = ["old.matter"]
"""
    ids = {(f.id, f.subject) for f in findings(text_of("munkeby-mended") + system) if f.level != "advice"}
    assert ids == {("kind-without-purpose", "old.matter"), ("period-missing", "old.matter")}
