"""What every part of a letter needs: the language, the policy in words, the day, and how a person reads a value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils import translation

from gallra.engine.days import Today, local
from gallra.kinds import Column, Kinds, Table, Text
from gallra.policy.law import Law, load_law
from gallra.policy.model import Policy
from gallra.policy.wording.grammar import Lang, capital, dated, digits
from gallra.policy.wording.page import page
from gallra.policy.wording.register import ActivityRegister, register
from gallra.policy.wording.structure import Page
from gallra.policy.wording.words import ELSEWHERE, FIELDS
from gallra.rights.answer import copy_words
from gallra.running import foreign
from gallra.running.extracts import MARK
from gallra.running.installed import Running

SOURCES: Mapping[str, Text] = {
    "order": Text("beställning", "order"),
    "demo request": Text("förfrågan om demonstration", "request for a demonstration"),
    "support": Text("supporten", "support"),
    "newsletter sign-up": Text("anmälan till nyhetsbrev", "newsletter sign-up"),
    "account": Text("ditt konto", "your account"),
    "agreement": Text("avtal", "agreement"),
    "phone": Text("telefonsamtal", "telephone call"),
    "email": Text("e-post", "e-mail"),
    "import": Text("inläsning", "import"),
    "staff": Text("medarbetare hos oss", "our staff"),
    "request": Text("din begäran", "your request"),
    **ELSEWHERE,
}
"""Ways in and other sources as nouns; the policy's own words for sources that are not the person."""


@dataclass(frozen=True, slots=True)
class Context:
    """The policy that ran when the answer was made, in the letter's language. tables: every declared table by name."""

    lang: Lang
    policy: Policy
    kinds: Kinds
    law: Law
    page: Page
    register: ActivityRegister
    today: Today
    tables: Mapping[str, Table]

    @classmethod
    def of(cls, running: Running, language: str, now: datetime) -> Context:
        """The context of a letter in `language` ("sv" or "en"; any other is written in the controller's)."""
        lang: Lang = (
            "en" if language == "en" else "sv" if language == "sv" else running.policy.controller.language
        )
        kinds, law = foreign.kinds_of(running), load_law()
        said, activities = _worded(running, kinds, law, lang)
        today = Today.of(now, running.rules.timezone)
        tables = {table.name: table for kind in kinds.values() for table in kind.tables()}
        return cls(lang, running.policy, kinds, law, said, activities, today, tables)

    @property
    def zone(self) -> ZoneInfo:
        return self.today.zone

    def say(self, text: Text, **filled: object) -> str:
        """The phrase in the letter's language, its names filled."""
        return text[self.lang].format(**filled)

    def said(self, text: Mapping[str, str]) -> str:
        """A phrase of the extract (`{"sv": …, "en": …}`)."""
        return text[self.lang]

    def day(self, day: date | str | None) -> str:
        """1 november 2026; a dash where there is none."""
        if day is None:
            return "–"
        return dated(date.fromisoformat(day) if isinstance(day, str) else day, self.lang)

    def moment(self, at: str) -> str:
        """1 november 2026 kl. 10.05, in the controller's time zone; 1 November 2026, 10:05."""
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            return self.day(when.date())
        here = when.astimezone(self.zone)
        clock = here.strftime("kl. %H.%M" if self.lang == "sv" else "%H:%M")
        return f"{self.day(local(when, self.zone))}{' ' if self.lang == 'sv' else ', '}{clock}"

    def value(self, column: Column | None, value: Any, *, table: str = "") -> str:
        """A value of the extract as a person reads it; "" for none."""
        if value is None or value in ("", [], {}):
            return ""
        if value == MARK:
            return self.say(copy_words.MARK)
        if isinstance(value, bool):
            return copy_words.YES_NO[value][self.lang]
        kind = column.type if column else "text"
        if kind == "timestamp" and isinstance(value, str):
            return self._parsed(self.moment, value)
        if kind == "date" and isinstance(value, str):
            return self._parsed(self.day, value)
        if isinstance(value, dict):
            return self._nested(value)
        if isinstance(value, list):
            return ", ".join(self.value(None, each) for each in value)
        if column is not None and isinstance(value, str):
            value = _choices(table, column.name, self.lang).get(value, value)
            if column.free_text:
                return str(value).replace(MARK, self.say(copy_words.MARK))
            return SOURCES[value][self.lang] if column.name == "source" and value in SOURCES else value
        return str(value)

    def count(self, number: int) -> str:
        return digits(number)

    def _nested(self, value: dict[str, Any]) -> str:
        """What is kept as a structure: of sources, field by field where it came from and when (S6)."""
        said = []
        for name, inner in value.items():
            word = name.replace("_", " ")
            title = FIELDS[word][self.lang] if word in FIELDS else name
            if isinstance(inner, dict) and "from" in inner:
                source = str(inner["from"])
                where = SOURCES[source][self.lang] if source in SOURCES else source
                at = self._parsed(self.day, str(inner["at"])[:10]) if inner.get("at") else ""
                said.append(f"{title}: {where}{f' ({at})' if at else ''}")
            else:
                said.append(f"{title}: {self.value(None, inner)}")
        return "; ".join(said)

    @staticmethod
    def _parsed(read: Any, value: str) -> str:
        try:
            return str(read(value))
        except ValueError:
            return value


_WORDED: dict[tuple[str, str, Lang], tuple[Page, ActivityRegister]] = {}
"""The newest policies in words: the same for every letter, and half of the time that one takes."""
_MOST = 8


def _worded(running: Running, kinds: Kinds, law: Law, lang: Lang) -> tuple[Page, ActivityRegister]:
    declared = json.dumps(running.adoption.declarations, sort_keys=True)
    key = (running.rules.version, declared, lang)
    if key not in _WORDED:
        if len(_WORDED) >= _MOST:
            _WORDED.clear()
        _WORDED[key] = (
            page(running.policy, kinds=kinds, law=law, lang=lang),
            register(running.policy, kinds=kinds, law=law, lang=lang),
        )
    return _WORDED[key]


def title(column: Column, lang: Lang) -> str:
    """A column's name as a label."""
    return capital(column.title[lang])


@lru_cache(maxsize=1000)
def _choices(table: str, column: str, lang: Lang) -> Mapping[str, str]:
    """What the words of a list of ours are called; {} for a column that is no such list."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            for field in model._meta.concrete_fields:
                if field.column == column and field.choices:
                    with translation.override(lang):
                        return {str(word): str(called) for word, called in field.flatchoices}
            return {}
    return {}
