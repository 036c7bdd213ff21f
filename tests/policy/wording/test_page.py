"""The page says everything the policy says, in whole sentences, and nothing in the wrong language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from gallra.policy import Policy
from gallra.policy.law import load_law
from gallra.policy.wording import LANGS, Lang, Page, outdated, page
from gallra.policy.wording.periods import every, words
from gallra.policy.wording.sentences.places import country
from gallra.policy.wording.words import BASES, ELSEWHERE, FIELDS, HOLDS, WAYS_IN
from gallra.policy.wording.writing import SECTIONS
from gallra.systems.own import kinds
from tests.policy.wording.goldens import POLICIES, policy, worded
from tests.policy.wording.policies import policies

S = tuple(f"S{number}" for number in range(1, 23))
M = tuple(f"M{number}" for number in range(1, 27))
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|was|with|you|your|we|our|from|after|erased|archived|reviewed|months?|years?|days?|name|company"
    r"|address|email|phone|cases?|agreements?|invoices?|kept|keep|not|states?|stated|which|who|what|when|unless|if|by|to"
    r"|be|has|have|had|this|that|it|they)\b"
)
SWEDISH = re.compile(
    r"\b(och|eller|som|inte|är|att|av|på|med|för|till|från|vi|du|din|dina|uppgifter|uppgifterna|ärenden?|avtal|raderas"
    r"|arkiveras|månader|år|dagar|efter|när|om|ett|en|den|det|policyn|anger)\b"
)


def all_text(told: Page) -> str:
    return " ".join(f"{s.text} {s.reading or ''} {s.outdated or ''}" for s in told.sentences())


def assert_well_written(told: Page) -> None:
    """Every sentence of the page."""
    wrong = ENGLISH if told.lang == "sv" else SWEDISH
    for said in told.sentences():
        for text in (said.text, said.reading, said.outdated):
            if text is None:
                continue
            assert text[0].isupper() or text[0] in "”“", text
            assert text.endswith("."), text
            assert ".." not in text, text
            assert "  " not in text, text
            assert not re.search(r" [.,;]", text), text
            assert not re.search(r"[{}\[\]]|\bNone\b|frozenset|Text\(", text), text
            plain = re.sub(r"[”“][^”]*”|https?://\S+|\S+@\S+", "", text)
            assert not wrong.search(plain.lower()), text


@pytest.mark.promise(*S, *M)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("name", "ids"), [("swinx", S), ("swinx-mended", S), ("munkeby", M), ("munkeby-mended", M)]
)
def test_every_promise_has_a_sentence(name: str, ids: tuple[str, ...], lang: Lang) -> None:
    told = worded(name, lang)
    assert {id for said in told.sentences() for id in said.promises} == set(ids)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_every_reading_is_printed_once(name: str, lang: Lang) -> None:
    printed = sorted(said.reading for said in worded(name, lang).sentences() if said.reading)
    assert printed == sorted(piece.reading[lang] for _, piece in policy(name).pieces() if piece.reading)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_the_sentences_are_well_written(name: str, lang: Lang) -> None:
    assert_well_written(worded(name, lang))


@pytest.mark.parametrize("name", POLICIES)
def test_anchors_are_unique_and_the_same_in_both_languages(name: str) -> None:
    anchors = {lang: [said.anchor for said in worded(name, lang).sentences()] for lang in LANGS}
    assert anchors["sv"] == anchors["en"]
    assert len(set(anchors["sv"])) == len(anchors["sv"])
    sections = [section.id for section in worded(name, "sv").sections]
    assert set(sections) <= set(SECTIONS)
    assert not set(sections) & set(anchors["sv"])


@pytest.mark.parametrize("name", POLICIES)
def test_places_are_those_of_the_file(name: str) -> None:
    known = {place for place, _ in policy(name).pieces()}
    assert {said.place for said in worded(name, "sv").sentences() if said.place} <= known


@pytest.mark.promise("S2", "M1", "M22")
@pytest.mark.article(13, 14)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", POLICIES)
def test_everything_in_the_file_is_on_the_page(name: str, lang: Lang) -> None:
    """Purposes with fields and bases, recipients, places, periods, ways in, systems with what they hold, contact
    details.
    """
    told, given = worded(name, lang), policy(name)
    text = all_text(told)
    for expected in (*_purposes(given, lang), *_where(given, lang), *_how_long(given, lang), *_who(given)):
        assert expected in text, expected


def _purposes(given: Policy, lang: Lang) -> list[str]:
    found = []
    for purpose in given.purpose.values():
        found += [purpose.text[lang], *(FIELDS[field][lang] for field in purpose.fields or ())]
        found += [BASES[purpose.basis][lang]] if purpose.basis else []
        found += (
            [purpose.interest.text[lang], purpose.interest.test[lang]]
            if purpose.interest and purpose.interest.test
            else []
        )
        found += [purpose.otherwise[lang]] if purpose.otherwise else []
    if given.collected:
        found += [WAYS_IN[way][lang] for way in given.collected.from_]
        found += [ELSEWHERE[source][lang] for source in given.collected.elsewhere or ()]
    return found


def _where(given: Policy, lang: Lang) -> list[str]:
    found = [system.title[lang] for system in given.system.values()]
    found += [HOLDS[hold][lang] for system in given.system.values() for hold in system.holds or ()]
    found += [country(place.country or place.region or "", lang) for place in given.place.values()]
    found += [recipient.name for recipient in given.recipient.values()]
    found += [recipient.does[lang] for recipient in given.recipient.values() if recipient.does]
    found += [recipient.policy.title for recipient in given.recipient.values() if recipient.policy]
    return found


def _how_long(given: Policy, lang: Lang) -> list[str]:
    found = [words(rule.keep, lang) for rule in given.retention]
    found += [every(rule.every, lang) for rule in given.review]
    found += [words(given.backups.keep, lang)] if given.backups else []
    return found


def _who(given: Policy) -> list[str]:
    controller = given.controller
    details = (
        controller.name,
        controller.email,
        controller.phone,
        controller.address,
        controller.organisation_number,
    )
    return [detail for detail in details if detail]


@pytest.mark.promise("M1", "M21")
@pytest.mark.article(12, 13, 15, 16, 17, 18, 20, 21, 77)
@pytest.mark.parametrize("name", POLICIES)
def test_every_right_of_the_law_is_on_the_page(name: str) -> None:
    """As offered, or as what the policy leaves out."""
    text = all_text(worded(name, "sv")).lower()
    for stem in ("registerutdrag", "rätt", "rade", "begräns", "inv", "klag"):
        assert stem in text, stem
    assert "dataportabilitet" in text or "ett format som en dator kan läsa" in text


@pytest.mark.article(21)
def test_the_right_to_object_stands_apart() -> None:
    apart = [section for section in worded("swinx-mended", "sv").sections if section.prominent]
    assert [section.id for section in apart] == ["objection"]
    assert "direktmarknadsföring" in apart[0].sentences[0].text


@pytest.mark.promise("S5", "M12", "M25", "M26")
@pytest.mark.parametrize(
    ("name", "promise", "now"),
    [
        ("swinx", "S5", "25 maj 2018"),
        ("munkeby", "M12", "C-311/18"),
        ("munkeby", "M25", "Integritetsskyddsmyndigheten"),
        ("munkeby", "M26", "anger inte"),
    ],
)
def test_what_is_outdated_is_said_and_marked(name: str, promise: str, now: str) -> None:
    marked = [said for said in outdated(worded(name, "sv")) if promise in said.promises]
    assert marked
    assert any(now in (said.outdated or "") for said in marked)


@pytest.mark.promise("S5", "M12", "M25", "M26")
@pytest.mark.parametrize("name", ["swinx-mended", "munkeby-mended"])
def test_a_mended_page_has_nothing_outdated_and_leaves_nothing_out(name: str) -> None:
    assert not outdated(worded(name, "sv"))
    assert not [said.text for said in worded(name, "sv").sentences() if said.gap]


@pytest.mark.promise("M16", "S17", "S18", "M18", "M19", "M20")
@pytest.mark.parametrize(
    ("name", "promise", "sv"),
    [
        ("munkeby", "M16", "Ett ärende arkiveras tre månader efter att det stängdes."),
        ("munkeby", "M18", "Uppgifter om kunder utvärderas varje år."),
        ("swinx", "S17", "Avtal och fakturor raderas sju år efter att avtalet upphörde."),
    ],
)
def test_the_sentences_that_people_know(name: str, promise: str, sv: str) -> None:
    assert [said.text for said in worded(name, "sv").of(promise)] == [sv]


@settings(max_examples=25)
@given(policies())
def test_any_policy_becomes_a_well_written_page_that_makes_all_its_promises(given_policy: Policy) -> None:
    pages = {lang: page(given_policy, kinds=kinds(), law=load_law(), lang=lang) for lang in LANGS}
    for told in pages.values():
        assert_well_written_but_for_foreign_words(told)
        assert {id for said in told.sentences() for id in said.promises} == set(given_policy.promises())
    anchors = [[said.anchor for said in told.sentences()] for told in pages.values()]
    assert anchors[0] == anchors[1]
    assert len(set(anchors[0])) == len(anchors[0])
    readings = [said.reading for said in pages["sv"].sentences() if said.reading]
    assert len(readings) == sum(piece.reading is not None for _, piece in given_policy.pieces())


def assert_well_written_but_for_foreign_words(told: Page) -> None:
    """A random policy names events that nobody declared; those are printed as they stand, in English."""
    for said in told.sentences():
        assert said.text[0].isupper() or said.text[0] in "”“", said.text
        assert said.text.endswith("."), said.text
        assert "  " not in said.text, said.text
        assert not re.search(r"[{}\[\]]|\bNone\b| [.,;]", said.text), said.text
