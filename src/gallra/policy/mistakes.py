"""Mistakes in the language of a policy file: place, line, word, nearest valid word, way out; all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from gallra.kinds import Text


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that the language does not know.

    place: as in the file, "retention[2].keep"; "" for the file as a whole. line: counted from 1, 0 where
    there is none. word: what stands there; nearest: the valid word closest to it, or None. code: the id under
    which `check` lists it, where it can stand beside findings.
    """

    place: str
    line: int
    word: str
    sentence: Text
    nearest: str | None = None
    code: str = ""

    def told(self, lang: str = "en") -> str:
        """One line for people: `line 31: retention[2].keep: "3 monhts" is not a period; did you mean "3
        months"?`"""
        line = f"{'rad' if lang == 'sv' else 'line'} {self.line}: " if self.line else ""
        place = f"{self.place}: " if self.place else ""
        return f"{line}{place}{self.sentence[lang]}"


class PolicyMistakes(Exception):
    """The file is no policy. `mistakes` are all of them, in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda m: (m.line, m.place)))
        super().__init__("\n".join(mistake.told() for mistake in self.mistakes))

    def told(self, lang: str = "en") -> str:
        """Every mistake, one a line."""
        return "\n".join(mistake.told(lang) for mistake in self.mistakes)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice closest to `word`, or None where none is close."""
    choices = list(choices)
    folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word[:100].casefold(), folded, n=1, cutoff=0.55)
    return folded[close[0]] if close else None


def way_out(word: str, choices: Iterable[str]) -> tuple[Text, str | None]:
    """How the sentence about an unknown word ends: the nearest choice, or all of them where they are few."""
    choices = sorted(set(choices))
    close = nearest(word, choices)
    if close is not None:
        return Text(f"; menade du ”{close}”?", f'; did you mean "{close}"?'), close
    if not choices or len(choices) > 20:
        return Text("", ""), None
    quoted = ", ".join(f'"{choice}"' for choice in choices)
    return Text(f"; välj bland {quoted}", f"; choose among {quoted}"), None


def shown(word: object) -> str:
    """A value as a mistake quotes it: one line, at most sixty characters."""
    text = word if isinstance(word, str) else str(word)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
