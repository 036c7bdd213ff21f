"""Every ink can be read on every ground, in both themes (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gallra.site

SHEET = Path(gallra.site.__file__).parent / "static" / "gallra" / "look.css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in TOKEN.findall(SHEET.read_text(encoding="utf-8"))}
INKS = ("ink", "muted", "accent", "kept", "waiting", "broken", "uncovered")
GROUNDS = ("paper", "sheet")


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_text_stands_out(ink: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_button_can_be_read(theme: int) -> None:
    assert contrast(TOKENS["accent-ink"][theme], TOKENS["accent"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("shape", ["edge", "accent", "waiting", "fourth", "muted"])
def test_edges_and_bars_are_seen(shape: str, theme: int) -> None:
    assert contrast(TOKENS[shape][theme], TOKENS["sheet"][theme]) >= 3


def test_every_colour_is_a_token() -> None:
    """Beside the tokens only plain white stands in the sheet: under a code that a camera reads, and on paper."""
    rest = TOKEN.sub("", SHEET.read_text(encoding="utf-8"))
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) == {"#fff"}
