"""The law as data: `load_law()` reads se.toml, `own_records()` the default periods of Gallra's own
records."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from gallra.kinds import Text
from gallra.policy.rules import Obligation
from gallra.policy.spelling import Span, read_span


@dataclass(frozen=True, slots=True)
class Act:
    """An act by the names people write. repealed: the day it ceased, with the ids of what came instead."""

    id: str
    number: str
    title: Text
    names: tuple[str, ...]
    repealed: date | None
    replaced_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """Where one complains. former: names it had before `since`."""

    id: str
    name: str
    short: str
    names: tuple[str, ...]
    title: Text
    url: str
    address: str
    email: str
    since: date
    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawSafeguard:
    """A ground for transfers out of the EEA. void: the day a court struck it down, with the case and what
    serves instead. countries: those it covers, () for all."""

    id: str
    title: Text
    names: tuple[str, ...]
    countries: tuple[str, ...]
    void: date | None
    because: str
    instead: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Law:
    """Everything `check` holds a policy against. checked: the day the facts were last gone through; court: where one
    sues a controller, as it follows "vid" and "to"."""

    country: str
    checked: date
    court: Text
    obligations: tuple[Obligation, ...]
    obligation_acts: Mapping[str, str]
    """The act of each obligation, by ids."""
    acts: tuple[Act, ...]
    authorities: tuple[Authority, ...]
    safeguards: tuple[LawSafeguard, ...]
    eea: frozenset[str]
    adequate: frozenset[str]

    def act(self, words: str) -> Act | None:
        """The act that `words` name, with or without a chapter after the name; None for one we do not know.

        A number says more than a name that several acts have had: "bokföringslagen (1976:125)" is the old
        one.
        """
        found = [
            (":" in name, len(name), act)
            for act in self.acts
            for name in (act.id, act.number, *act.names)
            if _names(words, name)
        ]
        return max(found, key=lambda match: match[:2])[2] if found else None

    def acts_by_id(self, ids: Iterable[str]) -> tuple[Act, ...]:
        """The acts of those ids, in the order given."""
        return tuple(act for wanted in ids for act in self.acts if act.id == wanted)

    def safeguard(self, words: str) -> LawSafeguard | None:
        """The safeguard that `words` name; None for one we do not know."""
        plain = _plain(words)
        return next((s for s in self.safeguards if plain in map(_plain, (s.id, *s.names))), None)

    def authority(self, words: str) -> Authority | None:
        """The authority that `words` name by its present name."""
        return next(
            (a for a in self.authorities if _plain(words) in map(_plain, (a.id, a.short, *a.names))), None
        )

    def renamed(self, words: str) -> Authority | None:
        """The authority that `words` name by a name it no longer has."""
        return next((a for a in self.authorities if _plain(words) in map(_plain, a.former)), None)

    def needs_safeguard(self, country: str | None, region: str | None) -> bool:
        """Whether servers there lie outside the EEA and the countries found adequate."""
        return region is None and country is not None and country not in self.eea | self.adequate


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """The default rule for one kind of Gallra's own records.

    at_once: whoever ends the record removes it in the same transaction; no sweep comes after."""

    kind: str
    one: Text
    many: Text
    the: Text
    after: str
    keep: Span
    then: Literal["archive", "erase"]
    at_once: bool = False


def _plain(words: str) -> str:
    return " ".join(words.replace("-", " ").casefold().split())


def _names(words: str, name: str) -> bool:
    """Whether `name` stands in `words` as whole words: "bokföringslagen (1999:1078) 7 kap. 2 §" names
    both."""
    kept = "".join(c if c.isalnum() or c == ":" else " " for c in words.casefold())
    sought = "".join(c if c.isalnum() or c == ":" else " " for c in name.casefold())
    return f" {' '.join(sought.split())} " in f" {' '.join(kept.split())} "


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text("utf-8"))


@cache
def load_law(country: str = "se") -> Law:
    """The law of one country; FileNotFoundError for one that has no file here."""
    facts = _toml(f"{country}.toml")
    return Law(
        country=facts["country"],
        checked=facts["checked"],
        court=Text(**facts["court"]),
        obligations=tuple(
            Obligation(o["id"], o["statute"]["sv"], o["statute"]["en"], o["years"]) for o in facts["obligation"]
        ),
        obligation_acts={o["id"]: o["act"] for o in facts["obligation"]},
        acts=tuple(
            Act(a["id"], a["number"], Text(**a["title"]), tuple(a["names"]), a.get("repealed"),
                tuple(a.get("replaced_by", ())))
            for a in facts["act"]
        ),
        authorities=tuple(
            Authority(a["id"], a["name"], a["short"], tuple(a["names"]), Text(**a["title"]), a["url"], a["address"],
                      a["email"], a["since"], tuple(a["former"]))
            for a in facts["authority"]
        ),
        safeguards=tuple(
            LawSafeguard(s["id"], Text(**s["title"]), tuple(s["names"]), tuple(s.get("countries", ())), s.get("void"),
                         s.get("because", ""), tuple(s.get("instead", ())), s["source"])
            for s in facts["safeguard"]
        ),
        eea=frozenset(facts["eea"]["countries"]),
        adequate=frozenset(facts["eea"]["adequate"]),
    )  # fmt: skip


@cache
def own_records() -> Mapping[str, OwnRecord]:
    """The default rules of Gallra's own records, by kind."""
    return {
        r["kind"]: OwnRecord(
            r["kind"],
            Text(**r["noun"]["one"]),
            Text(**r["noun"]["many"]),
            Text(**r["noun"]["the"]),
            r["after"],
            read_span(r["keep"]),
            r["then"],
            r.get("at_once", False),
        )
        for r in _toml("own.toml")["record"]
    }
