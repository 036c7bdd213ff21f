"""The closed words of the policy language, and the types of its values. docs/policy-language.md explains
each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainValidator,
)
from pydantic_core import PydanticCustomError, core_schema

from gallra.kinds import FIELDS, Text
from gallra.policy.mistakes import shown
from gallra.policy.spelling import NotAPeriod, Span, read_span

Right = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "withdrawal",
    "complaint",
    "stop mailings",
]
Automatic = Literal["access", "portability", "erasure"]
Channel = Literal["phone", "email", "form", "letter", "account"]
WayIn = Literal[
    "order", "demo request", "support", "newsletter sign-up", "account", "agreement", "email", "phone"
]
Elsewhere = Literal["employer", "colleague", "company website", "public register", "partner"]
Audience = Literal["customer", "partner", "subscriber", "prospect"]
Basis = Literal[
    "consent", "contract", "legal obligation", "vital interests", "public task", "legitimate interest"
]
Giving = Literal["statutory", "contractual", "voluntary"]
Exception_ = Literal["applicable law", "legal process", "compelling request of an authority"]
Role = Literal["processor", "controller", "joint controller"]
Connector = Literal["own", "sql", "dynamics365", "mailchimp"]
FormDoes = Literal[
    "stop mailings", "erasure", "access", "rectification", "restriction", "objection", "portability"
]
ReviewAsks = Literal["last contact with the company", "agreements and open sales"]
KeptBy = Literal[
    "page and schema agree",
    "every column classified",
    "every right has a way to use it",
    "no field without a purpose",
]
Language = Literal["sv", "en"]

RIGHTS_OF_LAW: tuple[Right, ...] = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "portability",
)


def mistake(kind: str, sv: str, en: str, *, word: object, choices: Sequence[str] = ()) -> PydanticCustomError:
    """An error that `reading` turns into a `Mistake`; the sentences follow the offending word."""
    context: dict[str, Any] = {"word": shown(word), "sv": sv, "en": en, "choices": tuple(choices)}
    return PydanticCustomError("policy_" + kind, "{en}", context)


class _Both(BaseModel):
    """A sentence or phrase in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


def _text(_source: object, handler: Callable[[Any], core_schema.CoreSchema]) -> core_schema.CoreSchema:
    return core_schema.no_info_after_validator_function(
        lambda both: Text(both.sv.strip(), both.en.strip()), handler(_Both)
    )


def _span(value: object) -> Span:
    if not isinstance(value, str):
        raise mistake(
            "period",
            "är ingen tid; skriv till exempel ”3 months”",
            'is not a period; write for example "3 months"',
            word=value,
        )
    try:
        return read_span(value)
    except NotAPeriod as error:
        if error.too_long:
            raise mistake("period", "är längre än 200 år", "is longer than 200 years", word=value) from None
        near = error.nearest or "3 months"
        asks = ("menade du", "did you mean") if error.nearest else ("skriv till exempel", "write for example")
        raise mistake(
            "period",
            f"är ingen tid; {asks[0]} ”{near}”{'?' if error.nearest else ''}",
            f'is not a period; {asks[1]} "{near}"{"?" if error.nearest else ""}',
            word=value,
            choices=(near,),
        ) from None


def _positive(span: Span) -> Span:
    if span.at_once:
        raise mistake(
            "period", "är ingen tid att upprepa efter", "is not a period to repeat after", word=span
        )
    return span


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise mistake(
        "day",
        "är inget datum; skriv till exempel 2026-11-01",
        "is not a date; write for example 2026-11-01",
        word=value,
    )


def _pattern(kind: str, pattern: str, sv: str, en: str) -> AfterValidator:
    """A word that must match `pattern`; the sentences say what it should look like."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise mistake(kind, sv, en, word=value)
        return value

    return AfterValidator(check)


def _field(value: str) -> str:
    if value not in FIELDS:
        raise mistake("choice", "är inget fält", "is not a field", word=value, choices=FIELDS)
    return value


_zones = cache(available_timezones)  # reads a folder tree


def _timezone(value: str) -> str:
    zones = _zones()
    if value not in zones:
        raise mistake("choice", "är ingen tidszon", "is not a time zone", word=value, choices=sorted(zones))
    return value


def _list(value: object) -> object:
    """A list in the file becomes a tuple; a lone word or the same word twice is a mistake."""
    if isinstance(value, str):
        raise mistake("list", 'ska stå i en lista: ["…"]', 'must stand in a list: ["…"]', word=value)
    if isinstance(value, list):
        twice = next((item for number, item in enumerate(value) if item in value[:number]), None)
        if twice is not None:
            raise mistake("twice", "står två gånger", "stands twice", word=twice)
        return tuple(value)
    return value


def _none_or_text(value: object) -> object:
    """ "none" says in so many words that there are no such decisions."""
    if value == "none":
        return {
            "sv": "Inga beslut om dig fattas automatiskt.",
            "en": "No decisions about you are made automatically.",
        }
    return value


Words = Annotated[Text, GetPydanticSchema(_text)]
"""{ sv = "…", en = "…" } in the file."""
Decisions = Annotated[Text, BeforeValidator(_none_or_text), GetPydanticSchema(_text)]
Keep = Annotated[Span, PlainValidator(_span)]
Every = Annotated[Span, PlainValidator(lambda value: _positive(_span(value)))]
Day = Annotated[date, PlainValidator(_day)]
Line = Annotated[str, Field(min_length=1, max_length=2000)]
Ref = Annotated[str, Field(min_length=1, max_length=100)]
FieldWord = Annotated[str, AfterValidator(_field)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Many = BeforeValidator(_list)
"""Before every tuple: `Annotated[tuple[Line, ...], Many]`."""
PromiseId = Annotated[
    str,
    _pattern(
        "promise",
        r"[A-Z][0-9]{1,3}",
        "är inget löftes id; skriv till exempel ”S17”",
        'is not the id of a promise; write for example "S17"',
    ),
]
KindName = Annotated[
    str,
    _pattern(
        "kind",
        r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*",
        "är ingen posttyp; skriv till exempel ”support.case”",
        'is not a record kind; write for example "support.case"',
    ),
]
Country = Annotated[
    str,
    _pattern(
        "country",
        r"[A-Z]{2}",
        "är ingen landskod; skriv två stora bokstäver, till exempel ”SE”",
        'is not a country code; write two capitals, for example "SE"',
    ),
]
Email = Annotated[
    str, _pattern("email", r"[^@\s]+@[^@\s]+\.[^@\s.]+", "är ingen e-postadress", "is not an e-mail address")
]
Daily = Annotated[
    str,
    _pattern(
        "daily",
        r"daily ([01][0-9]|2[0-3]):[0-5][0-9]",
        "är inget klockslag; skriv till exempel ”daily 02:00”",
        'is not a daily time; write for example "daily 02:00"',
    ),
]
Environment = Annotated[
    str,
    _pattern(
        "environment",
        r"[A-Z][A-Z0-9_]*",
        "är inget namn på en miljövariabel; skriv till exempel ”ERP_URL”",
        'is not the name of an environment variable; write for example "ERP_URL"',
    ),
]
