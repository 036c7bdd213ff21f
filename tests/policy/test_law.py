"""The law as data: what is in force, what was, and by which names people call it."""

from __future__ import annotations

from datetime import date

import pytest

from gallra.policy.law import load_law, own_records

LAW = load_law()


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("bokföringslagen (1999:1078) 7 kap. 2 §", "bookkeeping"),
        ("Bookkeeping Act", "bookkeeping"),
        ("bokföringslagen (1976:125)", "old bookkeeping"),
        ("PuL", "pul"),
        ("personuppgiftslagen", "pul"),
        ("SFS 1998:204", "pul"),
        ("GDPR", "gdpr"),
        ("the GDPR, Article 6", "gdpr"),
        ("lag 2018:218", "dataskyddslagen"),
        ("PuLs", None),
        ("bokföringslagenX", None),
        ("", None),
    ],
)
@pytest.mark.promise("S5", "S10")
def test_an_act_is_known_by_its_names(words: str, act: str | None) -> None:
    found = LAW.act(words)
    assert (found.id if found else None) == act


@pytest.mark.promise("S5")
def test_the_personal_data_act_was_repealed_by_the_regulation() -> None:
    act = LAW.act("PuL")
    assert act is not None
    assert act.repealed == date(2018, 5, 25)
    assert [a.id for a in LAW.acts_by_id(act.replaced_by)] == ["gdpr", "dataskyddslagen"]


@pytest.mark.promise("M25")
def test_the_authority_by_its_old_and_new_name() -> None:
    assert LAW.renamed("datainspektionen") is LAW.authorities[0]
    assert LAW.authority("IMY") is LAW.authorities[0]
    assert LAW.renamed("IMY") is LAW.authority("Datainspektionen") is None
    assert LAW.authorities[0].since == date(2021, 1, 1)


@pytest.mark.promise("M12")
def test_privacy_shield_is_void_and_its_successor_is_for_the_united_states() -> None:
    shield, framework = LAW.safeguard("EU-US Privacy-shield"), LAW.safeguard("data privacy framework")
    assert shield is not None
    assert framework is not None
    assert (shield.void, shield.because) == (date(2020, 7, 16), "C-311/18")
    assert framework.id in shield.instead
    assert (framework.void, framework.countries) == (None, ("US",))
    assert LAW.safeguard("a promise") is None


@pytest.mark.parametrize(
    ("country", "region", "needs"),
    [
        ("SE", None, False),
        ("NO", None, False),
        ("GB", None, False),
        ("US", None, True),
        (None, "EU", False),
        (None, None, False),
    ],
)
def test_a_safeguard_is_needed_outside_the_eea_only(
    country: str | None, region: str | None, needs: bool
) -> None:
    assert LAW.needs_safeguard(country, region) is needs


def test_every_reference_within_the_law_leads_somewhere() -> None:
    acts, safeguards = {a.id for a in LAW.acts}, {s.id for s in LAW.safeguards}
    assert set(LAW.obligation_acts.values()) <= acts
    assert set(LAW.obligation_acts) == {o.id for o in LAW.obligations}
    assert {replacing for a in LAW.acts for replacing in a.replaced_by} <= acts
    assert {i for s in LAW.safeguards for i in s.instead} <= safeguards
    assert all(s.because for s in LAW.safeguards if s.void)
    assert all(a.replaced_by for a in LAW.acts if a.repealed)
    assert LAW.country == "SE"
    assert LAW.checked > date(2026, 1, 1)


def test_a_country_without_a_file_is_said() -> None:
    with pytest.raises(FileNotFoundError):
        load_law("xx")


def test_gallras_own_records_have_periods() -> None:
    assert {"gallra.session", "gallra.user", "gallra.job", "gallra.hold", "gallra.suppression"} <= set(
        own_records()
    )
    assert all(
        record.one.sv and record.many.en and record.then == "erase" for record in own_records().values()
    )
