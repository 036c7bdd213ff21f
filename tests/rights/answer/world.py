"""Facts for letters, and what their readers see: a letter for every right and outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from gallra.kinds import Text
from gallra.policy import read_policy
from gallra.rights.answer.facts import (
    RIGHTS,
    Corrected,
    Disclosed,
    Facts,
    Gone,
    Ground,
    Kept,
    Mentioned,
    Opened,
    Outcome,
    Right,
    Told,
)
from gallra.running.installed import Running, parsed
from gallra.running.models import Adoption

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
BO = "bo@kund.example"
BOOKS = Text(
    "bokföringslagen (1999:1078) 7 kap. 2 §", "the Bookkeeping Act (1999:1078), chapter 7, section 2"
)

EVERYTHING = Facts(
    request=17,
    received=date(2026, 11, 3),
    decided_by=Text("den som svarar för dataskydd", "whoever answers for privacy"),
    name="Bo Ek",
    address=BO,
    gone=(
        Gone(Text("ärenden", "cases"), 12),
        Gone(Text("maildialog (i ärenden)", "e-mail dialogue (in cases)"), 3, emptied=True),
        Gone(Text("kontaktuppgifter", "contact details"), 3),
    ),
    kept=(
        Kept(Text("fakturor", "invoices"), 4, "statute", BOOKS, date(2032, 12, 31)),
        Kept(Text("avtal", "agreements"), 1, "statute", BOOKS),
        Kept(Text("uppgifter om kunder", "details of customers"), 1, "hold"),
        Kept(Text("företag", "companies"), 1, "needed"),
        Kept(Text("ärenden", "cases"), 1, "later"),
    ),
    account=True,
    suppressed=True,
    tell_when_complete=True,
    corrected=(
        Corrected(Text("telefon", "telephone"), Text("SupportControl", "SupportControl"), "change"),
        Corrected(Text("telefon", "telephone"), Text("Dynamics 365", "Dynamics 365"), "same"),
        Corrected(Text("telefon", "telephone"), Text("MailChimp", "MailChimp"), "no purpose"),
    ),
    told=(Told("Microsoft", date(2026, 11, 20)), Told("DGC")),
    disclosed=(Disclosed("Polismyndigheten", date(2026, 5, 4), "två ärenden", "husrannsakan"),),
    opened=(
        Opened(Text("Support", "Support"), date(2026, 10, 2)),
        Opened(Text("Ekonomi", "Finance"), date(2026, 9, 1)),
    ),
    mentions=(Mentioned(Text("en anteckning i ett ärende", "a note in a case"), "Ring Bo, inte [dolt]."),),
    purposes=("business",),
    marketing=True,
    since=date(2026, 11, 5),
    effective=date(2026, 12, 1),
    due=date(2027, 2, 3),
    was_due=date(2026, 12, 3),
)

OUTCOMES: tuple[tuple[Right, Outcome], ...] = (
    *((right, "granted") for right in RIGHTS),
    *((right, "refused") for right in RIGHTS if right != "stop"),
    ("access", "extended"),
    ("erasure", "extended"),
    ("restriction", "lifting"),
    ("erasure", "completed"),
)
"""Every letter there is."""


def told(right: Right, outcome: Outcome) -> Facts:
    """The facts of a letter, with the grounds that its outcome needs."""
    refusals: dict[Right, tuple[Ground, ...]] = {
        "access": ("identity",), "rectification": ("accurate",), "erasure": ("statute", "claims"),
        "restriction": ("unfounded",), "objection": ("compelling",), "portability": ("basis",),
    }  # fmt: skip
    if outcome == "refused":
        return replace(EVERYTHING, grounds=refusals[right], reason="Vi har ringt två gånger.")
    if outcome == "extended":
        return replace(EVERYTHING, causes=("complex", "many"))
    if outcome == "lifting":
        return replace(EVERYTHING, reason="Vi har utrett uppgifterna och rättat dem.")
    return EVERYTHING


@cache
def policy(name: str = "munkeby-mended") -> Running:
    """A policy that runs, without a database."""
    source = (Path(__file__).parents[3] / "policies" / f"{name}.toml").read_text("utf-8")
    version = read_policy(source).version
    adoption = Adoption(version=version, text=source, at=NOON, by="command line", reason="test", salt=b"")
    return Running(adoption, *parsed(version, source))
