"""A letter for every right and outcome, in both languages: whole, readable by machines that read aloud, in one
language, and naming what the law wants named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from gallra.kinds import Text
from gallra.rights.answer import typeset, words
from gallra.rights.answer.blocks import Block, Grid, Heading, Items, Letter, Pairs, Para, Together, as_data
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Gone, Kept, Outcome, Right
from gallra.rights.answer.letters import letter
from gallra.rights.answer.typeset import fits
from tests.rights.answer.reading import faults, tags, text
from tests.rights.answer.world import BO, EVERYTHING, NOON, OUTCOMES, policy, told

LANGUAGES = ("sv", "en")
EMPTY: dict[str, object] = {
    "contacts": [],
    "records": [],
    "account": None,
    "companies": [],
    "kinds": {},
    "person": {"email": BO},
}


def made(right: Right, outcome: Outcome, language: str, facts: Facts | None = None, name: str = "") -> Letter:
    context = Context.of(policy(name or "munkeby-mended"), language, NOON)
    return letter(context, right=right, outcome=outcome, facts=facts or told(right, outcome), data=EMPTY)


def texts(blocks: tuple[Block, ...]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading() | Para():
                found.append(block.text)
            case Items():
                found += block.items
            case Pairs():
                found += [part for pair in block.pairs for part in pair]
            case Grid():
                found += [*block.head, *(cell for row in block.rows for cell in row)]
            case Together():
                found += texts(block.blocks)
    return found


def said(of: Letter) -> str:
    return "\n".join([of.title, *texts(of.blocks), *of.ending, *texts(of.enclosed)])


@pytest.mark.parametrize(("right", "outcome"), OUTCOMES)
def test_every_letter_is_whole_and_in_one_language(right: Right, outcome: Outcome) -> None:
    swedish, english = (said(made(right, outcome, language)) for language in LANGUAGES)
    for one in (swedish, english):
        assert not re.search(r"[{}]|None|\bTrue\b|\bFalse\b", one), "nothing is left unfilled"
        assert "Bo Ek" in one
        assert "Munkeby Systems" in one
        assert all(line == line.strip() and "  " not in line for line in one.splitlines())
    assert re.search(r"\b(och|din|dina|vi)\b", swedish)
    assert not re.search(r"\b(the|your|data|with)\b", swedish.replace("data.json", ""))
    own = english.replace(told(right, outcome).reason, "").replace("tingsrätten", "")
    assert not re.search(r"\b(och|din|dina|att|är)\b", own)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("right", "outcome"), OUTCOMES)
def test_a_letter_is_pdf_ua(right: Right, outcome: Outcome, language: str) -> None:
    written = made(right, outcome, language)
    pdf = typeset.pdf(written, now=NOON)
    assert faults(pdf, language=language, title=written.title) == []
    shown = text(pdf)
    assert all(" ".join(each.split()) in shown for each in texts(written.blocks) if len(each) < 60)
    assert ("sida 1 av" if language == "sv" else "page 1 of") in shown
    if right == "erasure" and outcome == "granted":
        assert {"/Table", "/THead", "/TH", "/TD", "/L", "/LI"} <= set(tags(pdf))


def test_the_check_of_pdf_ua_finds_what_is_missing() -> None:
    written = made("stop", "granted", "sv")
    pdf = typeset.pdf(written, now=NOON)
    assert faults(pdf, language="en", title="another") == ["language", "title"]


def test_the_same_letter_gives_the_same_bytes() -> None:
    written = made("stop", "granted", "sv")
    assert typeset.pdf(written, now=NOON) == typeset.pdf(written, now=NOON)


@pytest.mark.promise("S20")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_erasure_says_what_went_what_is_kept_and_until_when(language: str) -> None:
    shown = said(made("erasure", "granted", language))
    statute = (
        "bokföringslagen (1999:1078) 7 kap. 2 §" if language == "sv" else "the Bookkeeping Act (1999:1078)"
    )
    until = "31 december 2032" if language == "sv" else "31 December 2032"
    assert statute in shown
    assert until in shown
    assert words.SUPPRESSED[language] in shown
    assert words.ASKED_AGAIN[language] in shown
    assert words.KEPT_TOLD[language] in shown
    assert "30 dagar" in shown or "30 days" in shown, "backups have a period of their own"


def test_an_erasure_that_left_something_says_so() -> None:
    shown = said(made("erasure", "granted", "sv", replace(EVERYTHING, left=2)))
    assert "fanns 2 rader kvar" in shown
    assert words.ASKED_AGAIN.sv not in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("right", [right for right, outcome in OUTCOMES if outcome == "refused"])
def test_a_refusal_gives_reasons_and_names_authority_and_court(right: Right, language: str) -> None:
    shown = said(made(right, "refused", language))
    for ground in told(right, "refused").grounds:
        assert words.GROUNDS[ground][language] in shown
    assert "Vi har ringt två gånger." in shown
    assert "IMY" in shown
    assert "imy@imy.se" in shown
    assert "tingsrätten" in shown
    assert ("artikel 79" if language == "sv" else "Article 79") in shown


def test_a_court_can_be_named() -> None:
    assert "Malmö tingsrätt" in said(
        made("erasure", "refused", "sv", replace(EVERYTHING, court="Malmö tingsrätt", grounds=("necessary",)))
    )


@pytest.mark.parametrize("name", ["swinx", "munkeby"])
def test_a_policy_that_names_no_authority_or_an_old_one_is_no_excuse(name: str) -> None:
    shown = said(made("erasure", "refused", "sv", name=name))
    assert "Integritetsskyddsmyndigheten (IMY)" in shown
    assert "Datainspektionen" not in shown


def test_more_time_is_told_with_its_reasons_and_both_days() -> None:
    shown = said(made("erasure", "extended", "sv"))
    assert "3 december 2026" in shown
    assert "3 februari 2027" in shown
    assert words.CAUSES["complex"].sv in shown


@pytest.mark.promise("M21")
def test_a_rectification_says_what_where_and_who_was_told() -> None:
    shown = said(made("rectification", "granted", "sv"))
    assert "SupportControl" in shown
    assert "rättad" in shown
    assert "Microsoft: underrättad den 20 november 2026" in shown
    assert "DGC: ska underrättas" in shown
    nobody = said(made("rectification", "granted", "sv", replace(EVERYTHING, told=())))
    assert words.TOLD_NOBODY.sv in nobody


def test_a_restriction_that_is_to_end_is_told_before() -> None:
    shown = said(made("restriction", "lifting", "sv"))
    assert "upphör den 1 december 2026" in shown
    assert "Vi har utrett uppgifterna" in shown


def test_nothing_found_is_said_plainly() -> None:
    facts = Facts(request=3, received=date(2026, 11, 3), address=BO, nothing=True)
    for right in ("access", "erasure", "portability"):
        shown = made(right, "granted", "sv", facts)
        assert words.NOTHING.sv.format(email=BO) in said(shown)
        assert shown.title.startswith("Svar på din begäran")


def test_only_what_happened_is_told() -> None:
    facts = Facts(request=3, received=date(2026, 11, 3), gone=(Gone(EVERYTHING.gone[0].what, 1),))
    shown = said(made("erasure", "granted", "sv", facts))
    for text_of in (words.KEPT, words.TOLD, words.SUPPRESSED, words.NOT_DONE):
        assert text_of.sv not in shown
    assert words.ASKED_AGAIN_NOTHING.sv in shown
    assert "Hej!" in shown


def test_a_copy_without_data_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the data"):
        letter(Context.of(policy(), "sv", NOON), right="access", facts=EVERYTHING)


def test_an_unknown_language_is_the_controllers() -> None:
    assert made("stop", "granted", "fi").language == "sv"


@pytest.mark.article("21")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_objection_says_what_ended_what_stays_on_which_grounds_and_what_goes_on(language: str) -> None:
    ground = "Tvisten om felet pågår"
    facts = replace(
        EVERYTHING, purposes=("business",), remaining=("agreements",), account=False,
        kept=(Kept(EVERYTHING.kept[0].what, 2, "compelling", reason=ground),),
    )  # fmt: skip
    shown = said(made("objection", "granted", language, facts))
    assert words.STOPPED_MARKETING[language] in shown
    assert ("underlätta affärssamtal" if language == "sv" else "ease business talks") in shown
    assert f"{words.WHYS['compelling'][language]}: {ground}" in shown
    assert words.GOES_ON_SAID[language] in shown
    assert words.KEPT_ITSELF[language] not in shown, "grounds have no day"
    assert ("upphör den 1 december 2026" if language == "sv" else "ends on 1 December 2026") in shown
    alone = said(
        made("objection", "granted", language, Facts(request=3, received=date(2026, 11, 3), marketing=True))
    )
    assert words.NOTHING_CONTESTED[language] in alone


def test_the_policy_names_the_court_or_else_the_law_does() -> None:
    context = Context.of(policy(), "sv", NOON)
    rights = context.policy.rights
    assert rights is not None
    stated = rights.model_copy(update={"court": Text("Malmö tingsrätt", "Malmö District Court")})
    named = replace(context, policy=context.policy.model_copy(update={"rights": stated}))
    for within, court in (
        (named, "Malmö tingsrätt"),
        (context, "tingsrätten på den ort där vi har vårt säte"),
    ):
        refusal = letter(
            within, right="erasure", outcome="refused", facts=told("erasure", "refused"), data=EMPTY
        )
        assert f"vid {court}" in said(refusal)


def test_days_and_articles_are_not_parted_at_the_end_of_a_line() -> None:
    data = as_data(
        made("objection", "refused", "sv", replace(told("objection", "refused"), grounds=("compelling",))),
        fits=fits,
    )
    shown = str(data["blocks"])
    assert "3\\xa0november 2026" in shown
    assert "(artikel\\xa021.1)" in shown


def test_a_label_takes_the_column_of_labels_where_typst_would_find_room_in_it() -> None:
    """What it says is the same as its own measuring says; kerning makes no label wider."""
    assert fits("Kategorier av personuppgifter")
    assert fits("Ö" * 16)
    assert not fits("Ö" * 20)
    assert not fits("Kategorier av personuppgifter och fler")
    assert not fits("Två\nrader")
    assert not fits("张" * 12)
