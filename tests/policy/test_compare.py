"""What differs between two versions, per promise, and whether more can be erased than before."""

from __future__ import annotations

import pytest

from gallra.policy import read_policy
from gallra.policy.compare import Change, compare
from gallra.systems import own
from tests.policy.editing import FOUR, cut, put, text_of

SWINX, MUNKEBY = text_of("swinx-mended"), text_of("munkeby-mended")


def changes(old: str, new: str) -> list[Change]:
    found = compare(read_policy(old), read_policy(new), kinds=own.kinds())
    assert all(change.sentence.sv != change.sentence.en for change in found)
    return found


@pytest.mark.parametrize("name", FOUR)
def test_the_same_policy_differs_in_nothing(name: str) -> None:
    assert changes(text_of(name), "# a comment\n" + text_of(name)) == []


@pytest.mark.parametrize(
    ("period", "what", "more", "words"),
    [
        (
            "2 months",
            "period shorter",
            True,
            "support.case, archiving (the case was closed): 2 months instead of 3 months.",
        ),
        (
            "1 year",
            "period longer",
            False,
            "support.case, archiving (the case was closed): 1 year instead of 3 months.",
        ),
        (
            "at once",
            "period shorter",
            True,
            "support.case, archiving (the case was closed): at once instead of 3 months.",
        ),
    ],
)
@pytest.mark.promise("M16")
def test_a_period_that_changes(period: str, what: str, more: bool, words: str) -> None:
    (change,) = changes(MUNKEBY, put(MUNKEBY, "retention[0]", "keep", f'"{period}"'))
    assert (change.what, change.promise, change.kind, change.erases_more) == (
        what,
        "M16",
        "support.case",
        more,
    )
    assert change.sentence.en == words
    assert change.place == "retention[0]"


def test_the_same_period_in_other_words_changes_nothing_that_runs() -> None:
    found = changes(MUNKEBY, put(MUNKEBY, "retention[0]", "keep", '"tre månader"'))
    assert found == []


def test_swedish_says_the_same() -> None:
    (change,) = changes(MUNKEBY, put(MUNKEBY, "retention[0]", "keep", '"1 month"'))
    assert (
        change.sentence.sv == "support.case, arkivering (ärendet stängdes): 1 månad i stället för 3 månader."
    )
    (change,) = changes(MUNKEBY, put(MUNKEBY, "retention[0]", "keep", '"genast"'))
    assert "genast i stället för" in change.sentence.sv


def test_a_rule_that_goes_and_one_that_comes() -> None:
    (gone,) = changes(MUNKEBY, cut(MUNKEBY, "retention[8]"))
    assert (gone.what, gone.promise, gone.kind, gone.erases_more) == (
        "rule gone",
        "",
        "newsletter.subscription",
        False,
    )
    (new,) = changes(cut(MUNKEBY, "retention[8]"), MUNKEBY)
    assert (new.what, new.erases_more) == ("rule new", True)


def test_another_event_is_another_rule() -> None:
    found = changes(MUNKEBY, put(MUNKEBY, "retention[0]", "after", '"the case was opened"'))
    assert {(c.what, c.promise) for c in found} == {("rule new", "M16"), ("rule gone", "M16")}


@pytest.mark.promise("M17", "M18")
def test_a_review_that_changes_is_told_for_each_of_its_promises() -> None:
    found = changes(MUNKEBY, put(MUNKEBY, "review[0]", "every", '"6 months"'))
    assert [(c.what, c.promise, c.erases_more) for c in found] == [
        ("period shorter", "M17", False), ("period shorter", "M18", False),
    ]  # fmt: skip
    found = changes(MUNKEBY, put(MUNKEBY, "review[0]", "sooner", None))
    assert "sooner: the company's last agreement ended" in next(
        c.sentence.en for c in found if c.what == "rule gone"
    )


def test_conditions_are_said() -> None:
    found = changes(cut(MUNKEBY, "retention[1]"), MUNKEBY)
    assert "when: dialogue with the company" in next(c.sentence.en for c in found if c.what == "rule new")


def test_of_two_rules_alike_the_earliest_counts() -> None:
    twice = (
        MUNKEBY
        + '\n[[retention]]\nrecords = ["support.case"]\nafter = "the case was closed"\n'
        + 'keep = "1 month"\nthen = "archive"\n'
    )
    assert [c.what for c in changes(MUNKEBY, twice)] == ["period shorter"]
    longer = twice.replace('keep = "1 month"', 'keep = "9 months"')
    assert changes(MUNKEBY, longer) == []


@pytest.mark.promise("M5")
def test_a_field_whose_purpose_ends_is_blanked() -> None:
    (dropped,) = changes(MUNKEBY, put(MUNKEBY, "purpose.mailings", "fields", '["email"]'))[:1]
    assert (dropped.what, dropped.promise, dropped.erases_more) == ("field dropped", "M4", True)
    assert '"name" in newsletter.subscription' in dropped.sentence.en
    new = changes(put(MUNKEBY, "purpose.mailings", "fields", '["email"]'), MUNKEBY)
    assert {(c.what, c.promise, c.erases_more) for c in new} == {
        ("field new", "M4", False),
        ("field new", "M9", False),
    }


def test_a_purpose_that_begins_to_say_its_fields_blanks_the_others() -> None:
    silent = put(MUNKEBY, "purpose.business", "fields", None)
    found = changes(silent, MUNKEBY)
    assert {(c.what, c.kind, c.promise) for c in found} == {
        ("field dropped", "crm.customer", "M8"), ("field dropped", "crm.prospect", "M8"),
    }  # fmt: skip
    assert [c.what for c in changes(MUNKEBY, silent)] == ["wording changed"]


def test_a_kind_that_is_new_drops_nothing() -> None:
    without = put(MUNKEBY, "purpose.business", "records", '["crm.customer"]')
    without = put(without, "system.crm", "records", '["crm.customer"]')
    without = cut(cut(without, "retention[1]"), "retention[1]")
    assert "field dropped" not in {c.what for c in changes(without, MUNKEBY)}


def test_promises_come_and_go_and_are_worded_anew() -> None:
    found = changes(MUNKEBY, put(MUNKEBY, "staff", "promises", '["M30"]'))
    assert {(c.what, c.promise) for c in found} >= {("promise new", "M30")}
    found = changes(MUNKEBY, put(MUNKEBY, "sharing", "promises", '["M14"]'))
    assert ("promise gone", "M15") in {(c.what, c.promise) for c in found}
    (worded,) = changes(MUNKEBY, put(MUNKEBY, "place.eu", "region", '"EEA"'))
    assert (worded.what, worded.promise, worded.place) == ("wording changed", "M11", "place.eu")


def test_changes_stand_by_promise_those_without_last() -> None:
    found = changes(text_of("swinx"), SWINX)
    promises = [c.promise for c in found]
    numbered = [int(p[1:]) for p in promises if p]
    assert numbered == sorted(numbered)
    assert "" not in promises[: len(numbered)]
