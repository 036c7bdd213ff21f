"""How a draft says things: nouns for tables, texts and names as TOML."""

from __future__ import annotations

import json
import re

from gallra.systems.sql.personal import plain

_NOUNS: tuple[tuple[str, tuple[str, str, str], tuple[str, str, str]], ...] = (
    (r"arende\w*|case\w*|ticket\w*", ("ett ärende", "ärenden", "ärendet"), ("a case", "cases", "the case")),
    (r"offert\w*|quote\w*", ("en offert", "offerter", "offerten"), ("a quote", "quotes", "the quote")),
    (
        r"faktur\w*|invoice\w*",
        ("en faktura", "fakturor", "fakturan"),
        ("an invoice", "invoices", "the invoice"),
    ),
    (
        r"avtal\w*|agreement\w*|contract\w*",
        ("ett avtal", "avtal", "avtalet"),
        ("an agreement", "agreements", "the agreement"),
    ),
    (
        r"order\w*|bestallning\w*",
        ("en beställning", "beställningar", "beställningen"),
        ("an order", "orders", "the order"),
    ),
    (
        r"prenumerant\w*|subscri\w*",
        ("en prenumeration", "prenumerationer", "prenumerationen"),
        ("a subscription", "subscriptions", "the subscription"),
    ),
)


def noun(name: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """What a row of the table is called in Swedish and in English: one, many, the."""
    for names, sv, en in _NOUNS:
        if re.fullmatch(names, plain(name)):
            return sv, en
    words = said(name)
    return (f"en post i {words}", f"poster i {words}", f"posten i {words}"), (
        f"a row of {words}",
        f"rows of {words}",
        f"the row of {words}",
    )


def said(name: str) -> str:
    """A name in words."""
    return re.sub(r"[_\s]+", " ", name).strip().lower()


def bare(name: str) -> str:
    """A name without marks, for the name of a record kind."""
    return plain(name) or "records"


def toml_key(name: str) -> str:
    """A name as a key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def toml(value: object) -> str:
    """A text or list as TOML: JSON's form of them is TOML's."""
    return json.dumps(value, ensure_ascii=False)


def both(sv: str, en: str) -> str:
    """A text in both languages."""
    return f"{{ sv = {toml(sv)}, en = {toml(en)} }}"
