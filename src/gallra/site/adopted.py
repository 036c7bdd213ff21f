"""What the pages show of the running policy: its wording in a language, its time zone, the state of its promises."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

from gallra.policy.law import load_law
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.page import page as word_page
from gallra.policy.wording.structure import Page
from gallra.running.board import board
from gallra.running.foreign import Declared, declared, kinds_declared
from gallra.running.installed import NoPolicy, Running, parsed
from gallra.running.installed import running as installed
from gallra.running.models import Checked
from gallra.running.report import Board


def running() -> Running | None:
    """The policy that runs; None before the first adoption."""
    try:
        return installed()
    except NoPolicy:
        return None


def controller_time(found: Running | None) -> tzinfo:
    """The time zone in which pages tell days."""
    return ZoneInfo(found.rules.timezone) if found else timezone.get_default_timezone()


def page_in(lang: Lang, found: Running) -> Page:
    """The policy as people read it."""
    adopted = found.adoption.at.astimezone(ZoneInfo(found.rules.timezone)).date()
    return _worded(found.adoption.version, found.adoption.text, declared(found.adoption), adopted, lang)


def standing(now: datetime) -> Board | None:
    """Every promise and its state, as the last check left it; None before the first check of the running policy.

    A page only reads: `board` would check by itself where nothing was checked, and so write.
    """
    found = running()
    if found is None:
        return None
    since = Checked.objects.filter(policy=found.rules.version, at__gte=found.adoption.at)
    if not since.filter(result__has_key="findings").exists():  # a row of an earlier release has none
        return None
    return board(now)


@lru_cache(maxsize=8)
def _worded(version: str, text: str, declared: Declared, adopted: date, lang: Lang) -> Page:
    """Wording takes long enough to be kept: it depends on nothing but these."""
    policy, _ = parsed(version, text)
    kinds = kinds_declared(version, text, declared)
    return word_page(policy, kinds=kinds, law=load_law(), lang=lang, valid_from=adopted)
