"""The forecast as a picture and as a table."""

from __future__ import annotations

from datetime import date

from gallra.office.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from gallra.running.report import ForecastCell

FIRST = date(2026, 11, 22)


def cell(promise: str, month: date, count: int, kind: str = "support.case") -> ForecastCell:
    return ForecastCell(month, promise, kind, count)


def test_nothing_forecast_is_an_empty_chart() -> None:
    assert chart([], first=FIRST, lang="sv").bars == ()
    assert chart([cell("M16", date(2026, 12, 1), 0)], first=FIRST, lang="sv").bars == ()


def test_picture_and_table_tell_the_same() -> None:
    cells = [
        cell("M16", date(2026, 11, 1), 30),
        cell("M16", date(2027, 1, 1), 12),
        cell("M19", date(2027, 1, 1), 7),
        cell("M16", date(2027, 1, 1), 5, "support.account"),
    ]
    made = chart(cells, first=FIRST, lang="sv")
    assert [one.promises for one in made.series] == [("M16",), ("M19",)]
    assert made.total == 54
    assert len(made.rows) == len(made.bars) == 24
    january = made.rows[2]
    assert (january.month, january.counts, january.total) == ("januari 2027", (17, 7), 24)
    assert made.bars[2].title == "januari 2027: M16 17, M19 7"
    assert [block.css for block in made.bars[2].blocks] == ["s1", "s2"]
    assert made.bars[1].blocks == ()


def test_months_outside_are_left_out() -> None:
    cells = [
        cell("M16", date(2026, 10, 1), 5),
        cell("M16", date(2028, 11, 1), 5),
        cell("M16", date(2028, 10, 1), 5),
    ]
    assert chart(cells, first=FIRST, lang="en").total == 5


def test_at_most_four_hues_and_the_last_is_shared() -> None:
    cells = [cell(f"S{number}", date(2026, 12, 1), number) for number in range(1, 8)]
    made = chart(cells, first=FIRST, lang="en")
    assert [one.promises for one in made.series] == [("S7",), ("S6",), ("S5",), ("S4", "S3", "S2", "S1")]
    assert [one.rest for one in made.series] == [False, False, False, True]
    four = chart(cells[:4], first=FIRST, lang="en")
    assert not any(one.rest for one in four.series)


def test_blocks_stay_inside_and_one_record_is_seen_beside_thousands() -> None:
    cells = [cell("M16", date(2026, 12, 1), 200_000), cell("M19", date(2027, 1, 1), 1)]
    made = chart(cells, first=FIRST, lang="sv")
    blocks = [block for bar in made.bars for block in bar.blocks]
    assert all(block.height >= 1.5 for block in blocks)
    assert all(block.x >= LEFT and block.x + block.width <= WIDTH - RIGHT for block in blocks)
    assert all(block.y >= TOP - 2 and block.y + block.height <= HEIGHT - BOTTOM + 0.1 for block in blocks)
    assert made.ticks[-1].label == "200\N{NARROW NO-BREAK SPACE}000"


def test_ticks_are_round_numbers_from_zero() -> None:
    for highest, expected in (
        (3, "4"),
        (7, "10"),
        (95, "100"),
        (101, "200"),
        (945, "1\N{NARROW NO-BREAK SPACE}000"),
    ):
        made = chart([cell("M16", date(2026, 12, 1), highest)], first=FIRST, lang="sv")
        assert (made.ticks[0].label, made.ticks[-1].label) == ("0", expected)


def test_a_rule_without_a_promise_is_called_by_its_records() -> None:
    cells = [
        cell("gallra.job", date(2026, 12, 1), 9, "gallra.job"),
        cell("retention[4] crm.partner", date(2026, 12, 1), 5, "crm.partner"),
        cell("M16", date(2026, 12, 1), 2),
    ]
    for lang, said in (("sv", ["jobb", "partner", "M16"]), ("en", ["jobs", "partners", "M16"])):
        made = chart(cells, first=FIRST, lang=lang)
        assert [one.name for one in made.series] == said
        assert [[label.linked for label in one.labels] for one in made.series] == [[False], [False], [True]]
        assert said[0] in made.bars[1].title
        assert "gallra.job" not in made.bars[1].title
