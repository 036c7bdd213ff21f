"""What the engine gets of a policy: a rule for each kind, nothing by silence, obligations from the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gallra.kinds import Event, RecordKind, Text
from gallra.policy import PolicyMistakes, read_policy
from gallra.policy.law import load_law, own_records
from gallra.policy.own import own_periods
from gallra.policy.periods import Period
from gallra.policy.rules import Obligation, Rule, Rules, rules
from gallra.policy.spelling import read_span
from gallra.systems import own
from tests.policy.editing import FOUR, put, text_of


def compiled(text: str) -> Rules:
    return rules(read_policy(text), law=load_law(), kinds=own.kinds())


def rule(text: str, id: str) -> Rule:
    return next(rule for rule in compiled(text).rules if rule.id == id)


@pytest.mark.promise("M16")
def test_m16_is_one_rule() -> None:
    assert rule(text_of("munkeby"), "M16 support.case") == Rule(
        "M16 support.case",
        ("M16",),
        "retention[0]",
        "support.case",
        "archive",
        "the case was closed",
        Period(months=3),
    )


@pytest.mark.promise("M17", "M18")
def test_a_review_is_a_rule_that_decides_nothing() -> None:
    found = rule(text_of("munkeby"), "M17 M18 crm.customer")
    assert (found.action, found.period) == ("review", Period(months=12))
    assert found.sooner == "the company's last agreement ended"


@pytest.mark.promise("M19", "M20")
def test_conditions_come_with_the_rule() -> None:
    found = {r.id: (r.when, r.unless, r.period.months) for r in compiled(text_of("munkeby")).rules}
    assert found["M19 crm.prospect"] == ("dialogue with the company", None, 24)
    assert found["M20 crm.prospect"] == (None, "dialogue with the company", 12)


@pytest.mark.promise("S17", "S18")
def test_a_retention_of_many_kinds_is_a_rule_for_each() -> None:
    found = [r for r in compiled(text_of("swinx")).rules if r.promises == ("S18",)]
    assert len(found) == 6
    assert {r.place for r in found} == {"retention[1]"}


@pytest.mark.parametrize("name", FOUR)
def test_ids_are_unique_and_version_and_zone_are_the_policys(name: str) -> None:
    found = compiled(text_of(name))
    ids = [r.id for r in found.rules]
    assert len(set(ids)) == len(ids)
    assert found.version == read_policy(text_of(name)).version
    assert found.timezone == "Europe/Stockholm"
    assert {r.kind for r in found.rules} <= set(found.kinds)


def test_two_rules_of_one_promise_say_their_place() -> None:
    ids = {r.id for r in compiled(text_of("swinx-mended")).rules}
    assert {
        "S17 finance.invoice retention[0]",
        "S17 finance.invoice retention[1]",
        "S17 finance.agreement",
    } <= ids


def test_silence_gives_no_rule_and_blanks_nothing() -> None:
    found = compiled(text_of("munkeby"))
    assert not {"support.account", "finance.invoice"} & {r.kind for r in found.rules}
    assert found.fields["crm.customer"] is None
    assert compiled(text_of("swinx")).fields["licensing.licence"] is None


def test_a_silent_purpose_beside_one_that_speaks_blanks_nothing() -> None:
    text = put(text_of("munkeby-mended"), "purpose.agreements", "fields", None)
    assert compiled(text).fields["finance.invoice"] is None


@pytest.mark.promise("M2", "M3", "M4", "M5")
def test_fields_are_those_of_the_purposes_together() -> None:
    found = compiled(text_of("munkeby")).fields
    assert found["support.case"] == frozenset({"name", "company", "email", "phone"})
    assert found["finance.agreement"] == frozenset({"name", "company", "email", "phone", "address", "title"})
    assert found["newsletter.subscription"] == frozenset({"name", "email"})
    assert compiled(text_of("swinx")).fields["support.suggestion"] == frozenset()


def test_kinds_are_those_that_a_system_names() -> None:
    assert "crm.partner" not in compiled(text_of("munkeby")).kinds
    assert "crm.partner" in compiled(text_of("swinx")).kinds


@pytest.mark.promise("S17")
def test_the_act_is_the_floor() -> None:
    (bookkeeping,) = compiled(text_of("swinx")).obligations
    assert bookkeeping.through(date(2019, 12, 31)) == date(2026, 12, 31)
    assert bookkeeping.through(date(2025, 4, 30)) == date(2032, 12, 31)
    assert bookkeeping.cutoff(date(2026, 12, 31)) < date(2019, 12, 31) <= bookkeeping.cutoff(date(2027, 1, 1))


def test_a_file_adds_to_the_law_and_removes_nothing() -> None:
    text = text_of("swinx") + '\n[[obligation]]\nstatute = { sv = "skattelag", en = "tax act" }\nyears = 10\n'
    assert compiled(text).obligations == (
        *load_law().obligations, Obligation("obligation[0]", "skattelag", "tax act", 10)
    )  # fmt: skip


def test_names_that_nobody_knows_are_mistakes_with_their_place() -> None:
    text = text_of("munkeby").replace('"the case was closed"', '"the case was close"')
    with pytest.raises(PolicyMistakes) as error:
        compiled(text)
    (mistake,) = error.value.mistakes
    assert (mistake.code, mistake.place, mistake.nearest) == (
        "event-unknown",
        "retention[0].after",
        "the case was closed",
    )


def test_kinds_of_another_database_are_known_when_it_is() -> None:
    text = text_of("munkeby") + (
        '\n[system.old]\ntitle = { sv = "Gammalt", en = "Old" }\nconnector = "sql"\nkinds = "old.toml"\n'
        'url_env = "OLD_URL"\nrecords = ["old.arende"]\n'
    )
    assert "old.arende" not in compiled(text).kinds
    case: RecordKind = replace(own.kinds()["support.case"], name="old.arende", system="old")
    with_it = rules(read_policy(text), law=load_law(), kinds={**own.kinds(), "old.arende": case})
    assert "old.arende" in with_it.kinds


SESSION = """
[[retention]]
records = ["gallra.session"]
after = "the session expired"
keep = "at once"
then = "erase"
[[retention]]
records = ["gallra.session"]
after = "the session expired"
keep = "7 days"
then = "erase"
"""


def test_gallras_own_records_keep_their_default_periods_or_the_policys() -> None:
    policy = read_policy(text_of("munkeby") + SESSION)
    assert own_periods(policy)["gallra.session"].keep == read_span("at once")
    assert own_periods(policy)["gallra.erasure"] == own_records()["gallra.erasure"]
    assert own_periods(read_policy(text_of("munkeby"))) == own_records()
    assert "gallra.session" not in rules(policy, law=load_law(), kinds=own.kinds()).kinds


def test_gallras_own_kinds_get_rules_where_they_are_kinds() -> None:
    expired = Event("the session expired", Text("inloggningen gick ut", "the session expired"), "expire_date")
    ended = replace(expired, name="the erasure was completed")
    base = own.kinds()["support.case"]
    kinds = {
        **own.kinds(),
        "gallra.session": replace(base, name="gallra.session", events=(expired,)),
        "gallra.erasure": replace(base, name="gallra.erasure", events=(ended,)),
    }
    found = rules(read_policy(text_of("munkeby") + SESSION), law=load_law(), kinds=kinds)
    ids = {r.id: r.period for r in found.rules if r.kind.startswith("gallra.")}
    assert ids == {
        "retention[3] gallra.session": Period(),
        "retention[4] gallra.session": Period(days=7),
        "default gallra.erasure": Period(months=24),
    }
    assert found.fields["gallra.session"] is None


def test_an_own_record_has_its_one_event() -> None:
    with pytest.raises(PolicyMistakes) as error:
        compiled(text_of("munkeby") + SESSION.replace("the session expired", "the session ended"))
    assert {m.nearest for m in error.value.mistakes} == {"the session expired"}
