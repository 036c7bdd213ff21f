"""A policy file is read, or every mistake in it is told at once: place, line, word, nearest valid word."""

from __future__ import annotations

import hashlib
from datetime import date, time
from pathlib import Path

import pytest

from gallra.policy import Mistake, PolicyMistakes, read_policy
from tests.policy.editing import FOUR, POLICIES, put, text_of

LEAST = """
[controller]
name = "Example"

[system.support]
title = { sv = "Support", en = "Support" }
records = ["support.case"]
"""


def mistakes(text: str | bytes | Path) -> tuple[Mistake, ...]:
    with pytest.raises(PolicyMistakes) as error:
        read_policy(text)
    assert str(error.value) == error.value.told("en")
    assert error.value.told("sv") != error.value.told("en")
    return error.value.mistakes


def told(text: str) -> str:
    (mistake,) = mistakes(text)
    return mistake.told()


@pytest.mark.parametrize("name", FOUR)
def test_the_four_files_are_policies(name: str) -> None:
    path = POLICIES / f"{name}.toml"
    policy = read_policy(path)
    assert policy == read_policy(path.read_text("utf-8")) == read_policy(path.read_bytes())
    assert policy.version == hashlib.sha256(path.read_bytes()).hexdigest()
    assert policy.text == path.read_text("utf-8")


def test_the_least_policy_says_nothing_more() -> None:
    policy = read_policy(LEAST)
    assert policy.controller.language == "sv"
    assert policy.system["support"].holds is None
    assert policy.retention == ()
    assert policy.page.show_promises
    assert policy.promises() == {}


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    content = b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode()
    policy = read_policy(content)
    assert policy.version == hashlib.sha256(content).hexdigest()
    assert policy.line("system.support.records") == 7


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    found = mistakes(
        LEAST
        + """
emial = "x"
place = "owm"
[[retention]]
records = ["support.case"]
after = "the case was closed"
keep = "3 monhts"
then = "delete"
[[retention]]
records = "support.case"
keep = "3 months"
then = "erase"
"""
    )
    assert [(m.line, m.place, m.word, m.nearest) for m in found] == [
        (9, "system.support.emial", "emial", None),
        (10, "system.support.place", "owm", None),
        (14, "retention[0].keep", "3 monhts", "3 months"),
        (15, "retention[0].then", "delete", None),
        (16, "retention[1].after", "", None),
        (17, "retention[1].records", "support.case", None),
    ]


@pytest.mark.parametrize(
    ("addition", "said"),
    [
        (
            '[[retention]]\nrecords = ["support.case"]\nafter = "x"\nkeep = "3 monhts"\nthen = "erase"',
            'line 12: retention[0].keep: "3 monhts" is not a period; did you mean "3 months"?',
        ),
        (
            '[[retention]]\nrecords = ["support.case"]\nafter = "x"\nkeep = 3\nthen = "erase"',
            'line 12: retention[0].keep: "3" is not a period; write for example "3 months"',
        ),
        (
            '[[retention]]\nrecords = ["support.case"]\nafter = "x"\nkeep = "900 years"\nthen = "erase"',
            'line 12: retention[0].keep: "900 years" is longer than 200 years',
        ),
        (
            '[[review]]\nrecords = ["support.case"]\nafter = "x"\nevery = "0 days"',
            'line 12: review[0].every: "0 days" is not a period to repeat after',
        ),
        (
            '[[retention]]\nrecords = ["case"]\nafter = "x"\nkeep = "1 day"\nthen = "erase"',
            'line 10: retention[0].records[0]: "case" is not a record kind; write for example "support.case"',
        ),
        (
            '[[retention]]\nrecords = []\nafter = "x"\nkeep = "1 day"\nthen = "erase"',
            "line 10: retention[0].records: must not be empty",
        ),
        (
            '[[retention]]\nrecords = ["a.b"]\nafter = "x"\nkeep = "1 day"\nthen = "erase"\nwhen = "y"\nunless = "y"',
            'line 15: retention[0].unless: "y" stands both in when and in unless',
        ),
        (
            "[retenton]",
            'line 9: retenton: "retenton" is not a key of the language; did you mean "retention"?',
        ),
        ("[staff]", "line 9: staff.place: is missing"),
        ('[staff]\nplace = ""', 'line 10: staff.place: "" must not be empty'),
        ("[page]\nshow_promises = 1", 'line 10: page.show_promises: "1" must be true or false'),
        ('[page]\ntitle = "Policy"', 'line 10: page.title: "Policy" must be a table'),
        ('[page]\ntitle = { sv = "P" }', "line 10: page.title.en: is missing"),
        (
            '[routine]\nsweep = "nightly"',
            ('line 10: routine.sweep: "nightly" is not a daily time; write for example "daily 02:00"'),
        ),
        (
            '[place.own]\nservers = "own"\ncountry = "Sweden"',
            (
                'line 11: place.own.country: "Sweden" is not a country '
                'code; write two capitals, for example "SE"'
            ),
        ),
        (
            '[place.own]\nservers = "ours"',
            (
                'line 10: place.own.servers: "ours" is not a valid word here; choose among '
                '"hosting partner", "own"'
            ),
        ),
        (
            '[rights]\noffered = ["acess"]',
            ('line 10: rights.offered[0]: "acess" is not a valid word here; did you mean "access"?'),
        ),
        (
            '[rights]\npromises = ["17"]',
            ('line 10: rights.promises[0]: "17" is not the id of a promise; write for example "S17"'),
        ),
        (
            '[rights]\nautomated_decisions = "some"',
            'line 10: rights.automated_decisions: "some" must be a table',
        ),
        (
            '[recipient.x]\nname = "X"\nagreement = { date = "2026-13-01" }',
            ('line 11: recipient.x.agreement.date: "2026-13-01" is not a date; write for example 2026-11-01'),
        ),
        (
            '[recipient.x]\nname = "X"\nplace = "moon"',
            ('line 11: recipient.x.place: "moon" is not in the file; write [place.moon] or another name'),
        ),
        (
            '[backups]\nkeep = "30 days"\nplace = "own"',
            ('line 11: backups.place: "own" is not in the file; write [place.own] or another name'),
        ),
        (
            '[place.us]\nservers = "own"\nby = ["x"]',
            ('line 11: place.us.by: "x" is not in the file; write [recipient.x] or another name'),
        ),
        (
            'prefilled_from = ["suport"]',
            (
                'line 9: system.support.prefilled_from: "suport" is not in the file; write '
                '[system.suport] or another name; did you mean "support"?'
            ),
        ),
        (
            'recipients = ["x"]',
            (
                'line 9: system.support.recipients: "x" is not in the file; write [recipient.x] or '
                "another name"
            ),
        ),
        (
            'place = "x"',
            'line 9: system.support.place: "x" is not in the file; write [place.x] or another name',
        ),
        (
            "connector = 5",
            (
                'line 9: system.support.connector: "5" is not a valid word here; choose among '
                '"dynamics365", "mailchimp", "own", "sql"'
            ),
        ),
        (
            'url_env = "erp url"',
            (
                'line 9: system.support.url_env: "erp url" is not the name of an environment '
                'variable; write for example "ERP_URL"'
            ),
        ),
        ('holds = ["a", "a"]', 'line 9: system.support.holds: "a" stands twice'),
        ("holds = 4", 'line 9: system.support.holds: "4" must be a list'),
        (
            "purpose = 4",
            (
                'line 9: system.support.purpose: "purpose" is not a key of the language; did you mean '
                '"promises"?'
            ),
        ),
        (
            '[purpose.x]\ntext = { sv = "a", en = "b" }\nrecords = ["a.b"]\nfields = ["nam"]',
            ('line 12: purpose.x.fields[0]: "nam" is not a field; did you mean "name"?'),
        ),
        (
            '[[obligation]]\nyears = 0\nstatute = { sv = "a", en = "b" }',
            ('line 10: obligation[0].years: "0" is too small'),
        ),
        (
            '[[obligation]]\nyears = 900\nstatute = { sv = "a", en = "b" }',
            ('line 10: obligation[0].years: "900" is too large'),
        ),
        (
            '[[obligation]]\nyears = 7.5\nstatute = { sv = "a", en = "b" }',
            ('line 10: obligation[0].years: "7.5" must be a whole number'),
        ),
        ("[[page]]", "line 9: page: must be a table"),
        ("[statement]", "line 9: statement: must be a list"),
    ],
)
def test_a_mistake_names_place_word_and_way_out(addition: str, said: str) -> None:
    assert told(LEAST + "\n" + addition if addition.startswith("[") else LEAST + addition) == said.replace(
        "line 9:", "line 9:" if addition.startswith("[") else "line 8:"
    )


def test_a_name_must_not_be_empty_or_endless() -> None:
    assert "must not be empty" in told(LEAST + '\n[place.""]\nservers = "own"')
    assert "is too long" in told(LEAST + f'\n[place.{"x" * 101}]\nservers = "own"')


def test_a_controller_is_required_and_a_system() -> None:
    assert [m.told() for m in mistakes("")] == ["controller: is missing", "system: is missing"]
    assert "must not be empty" in told('system = {}\n[controller]\nname = "x"')


def test_email_and_time_zone_are_looked_at() -> None:
    assert '"info" is not an e-mail address' in told(put(LEAST, "controller", "email", '"info"'))
    assert 'did you mean "Europe/Stockholm"?' in told(
        put(LEAST, "controller", "timezone", '"Europe/Stokholm"')
    )


def test_a_long_word_is_shortened() -> None:
    (mistake,) = mistakes(put(LEAST, "controller", "email", '"' + "x" * 500 + '"'))
    assert len(mistake.word) == 60
    assert "is too long" in told(put(LEAST, "controller", "name", '"' + "x" * 3000 + '"'))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "not a text in UTF-8"),
        (b"[controller\n", "not valid TOML"),
        (b"a = [" * 5000, "not valid TOML"),
        (b"a = " + b"9" * 5000, "not valid TOML"),
        (b"a = 2026-99-99", "not valid TOML"),
        ("a = 1\n\ud800", "not a text in UTF-8"),
    ],
)
def test_what_is_no_text_or_no_toml_is_told(content: bytes | str, said: str) -> None:
    (mistake,) = mistakes(content)
    assert said in mistake.told()
    assert mistake.place == ""


def test_toml_mistakes_have_their_line() -> None:
    assert mistakes(LEAST + "\nx = \n")[0].line == 9
    assert mistakes(LEAST + "\nx = [")[0].line == 9


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in mistakes(tmp_path / "none.toml")[0].told()
    assert "cannot be read: Is a directory" in mistakes(tmp_path)[0].told()
    assert "cannot be read" in mistakes(Path("a\0b"))[0].told()


def test_dates_are_read_bare_or_quoted() -> None:
    text = LEAST + '[recipient.a]\nname = "A"\nagreement = { date = 2026-03-02 }\n'
    text += '[recipient.b]\nname = "B"\nagreement = { date = "2026-03-02" }\n'
    agreements = [r.agreement for r in read_policy(text).recipient.values()]
    assert [a.date for a in agreements if a] == [date(2026, 3, 2)] * 2
    assert "is not a date" in told(text.replace('"2026-03-02"', "2026-03-02T10:00:00"))


def test_the_routine_has_a_time() -> None:
    routine = read_policy(text_of("swinx")).routine
    assert routine is not None
    assert routine.at == time(2, 0)


def test_none_says_that_nothing_is_decided_automatically() -> None:
    rights = read_policy(text_of("swinx-mended")).rights
    assert rights is not None
    assert rights.automated_decisions is not None
    assert rights.automated_decisions.en.startswith("No decisions")
