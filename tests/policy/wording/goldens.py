"""The golden files: the pages of the four policies, and the table of every event, period, verb and flag in both
languages.

They are read by a person. After a change of the words: `python -m tests.policy.wording.goldens`, then read the
difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from gallra.kinds import Event, Flag, RecordKind
from gallra.policy import Policy, read_policy
from gallra.policy.law import load_law
from gallra.policy.rules import Action
from gallra.policy.spelling import read_span
from gallra.policy.wording import LANGS, Lang, Page, page, to_html, to_markdown
from gallra.policy.wording.sentences import keeping
from gallra.systems.own import every as kinds

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "policy" / "golden"
POLICIES = ("munkeby", "munkeby-mended", "swinx", "swinx-mended")
PERIODS = (
    "at once", "1 day", "30 days", "1 week", "2 weeks", "1 month", "2 months", "3 months", "12 months", "18 months",
    "24 months", "1 year", "2 years", "3 years", "7 years", "13 years", "1 year and 6 months", "2 weeks and 1 day",
)  # fmt: skip
SHORT = ("at once", "1 month", "3 months", "2 years", "7 years")
VERBS: tuple[Action, ...] = ("archive", "erase", "review")


@cache
def policy(name: str) -> Policy:
    """One of the four policies."""
    return read_policy(ROOT / "policies" / f"{name}.toml")


@cache
def worded(name: str, lang: Lang) -> Page:
    """Its page."""
    return page(policy(name), kinds=kinds(), law=load_law(), lang=lang)


@cache
def files() -> Mapping[str, str]:
    """Every golden file by name, as it should be now. The hash of a policy is not in them: comments may change."""
    found = {"every-event.md": every_event(), "every-period.md": every_period()}
    for lang in LANGS:
        found[f"every-combination.{lang}.txt"] = "\n".join(every_combination(lang)) + "\n"
        for name in POLICIES:
            told = worded(name, lang)
            found[f"{name}.{lang}.md"] = to_markdown(told).replace(told.version[:12], "…")
            found[f"{name}.{lang}.html"] = to_html(told).replace(told.version[:12], "…")
    return found


def said(
    kind: RecordKind,
    event: Event,
    period: str,
    verb: Action,
    lang: Lang,
    *,
    when: Flag | None = None,
    unless: Flag | None = None,
) -> str:
    """The sentence, or sentences, of one rule."""
    span = read_span(period)
    if verb != "review":
        return keeping.retention((kind,), event, span, verb, lang, when=when, unless=unless)
    if span.at_once:
        return keeping.review_sooner(event, lang)
    return f"{keeping.review((kind,), span, lang)} {keeping.review_begins(event, span, lang)}"


def combinations(kind: RecordKind) -> Iterator[tuple[Flag | None, Flag | None]]:
    """No flag, then each flag as `when` and as `unless`."""
    yield None, None
    for flag in kind.flags:
        yield flag, None
        yield None, flag


def every_event() -> str:
    """Every event of every kind, each verb and flag, at three months; both languages side by side."""
    lines = ["# Every event", ""]
    for kind in kinds().values():
        lines += [f"## {kind.name}", "", "| after | then | svenska | English |", "|---|---|---|---|"]
        for event in kind.events:
            for verb in VERBS:
                for when, unless in combinations(kind):
                    if verb == "review" and (when or unless):
                        continue
                    sv, en = (
                        said(kind, event, "3 months", verb, lang, when=when, unless=unless) for lang in LANGS
                    )
                    lines.append(f"| {event.name} | {verb} | {sv} | {en} |")
        lines.append("")
    return "\n".join(lines)


def every_period() -> str:
    """Every period with each verb, for a closed case, and as an interval of review for customers."""
    case, customer = kinds()["support.case"], kinds()["crm.customer"]
    lines = ["# Every period", "", "| keep | then | svenska | English |", "|---|---|---|---|"]
    for period in PERIODS:
        for verb in VERBS:
            kind = customer if verb == "review" else case
            event = kind.event("became a customer" if verb == "review" else "the case was closed")
            sv, en = (said(kind, event, period, verb, lang) for lang in LANGS)
            lines.append(f"| {period} | {verb} | {sv} | {en} |")
    return "\n".join([*lines, ""])


def every_combination(lang: Lang) -> Iterator[str]:
    """Every kind, event, period, verb and flag in one language, a sentence a line."""
    for kind in kinds().values():
        for event in kind.events:
            for period in SHORT:
                for verb in VERBS:
                    for when, unless in combinations(kind):
                        if verb != "review" or not (when or unless):
                            yield said(kind, event, period, verb, lang, when=when, unless=unless)


def renew() -> None:
    """Write every golden file anew."""
    for name, text in files().items():
        GOLDEN.joinpath(name).write_text(text, "utf-8")


if __name__ == "__main__":
    renew()
