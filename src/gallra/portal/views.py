"""The policy page: what the public reads, and what the staff see beside each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from gallra.policy.model import Policy
from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.structure import Page, Section, Sentence
from gallra.portal.offered import Way, form_of, ways
from gallra.running.report import Board, PromiseReport
from gallra.site.adopted import controller_time, page_in, running, standing
from gallra.site.templatetags.words import Clock


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the page, with the state of the promises it makes where the reader may see it.

    unfolds: those whose evidence opens here: each promise's, at the first sentence that makes it. form: that of the
    right it gives; None for any other sentence.
    """

    sentence: Sentence
    reports: tuple[PromiseReport, ...]
    unfolds: tuple[PromiseReport, ...]
    form: Way | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the page and what it says."""

    section: Section
    said: tuple[Said, ...]


@require_safe
def policy(request: HttpRequest, lang: Lang | None = None) -> HttpResponse:
    """The adopted policy as people read it, in `lang` or its own language; says so where none is adopted."""
    now = timezone.now()
    found = running()
    lang = lang or (found.policy.controller.language if found else "sv")
    staff = request.user.is_authenticated and request.user.is_staff
    page = page_in(lang, found) if found else None
    board = standing(now) if page and (staff or page.show_promises) else None
    context = {
        "page": page,
        "chapters": tuple(_chapters(page, board, _forms(found.policy, lang))) if page and found else (),
        "board": board,
        "clock": Clock(now, board.next_sweep if board else None),
        "staff": staff,
        "lang": lang,
    }
    with translation.override(lang), timezone.override(controller_time(found)):
        response = render(request, "portal/policy.html" if page else "portal/nothing.html", context)
    response.headers["Content-Language"] = lang
    if staff:
        add_never_cache_headers(response)
    return response


def _forms(policy: Policy, lang: Lang) -> dict[str, Way]:
    """The rights that have a form here."""
    return {str(way.right): way for way in ways(policy, lang)}


def _chapters(page: Page, board: Board | None, forms: dict[str, Way]) -> Iterator[Chapter]:
    reports = {report.id: report for report in board.promises} if board else {}
    told: set[str] = set()
    for section in page.sections:
        said: list[Said] = []
        for sentence in section.sentences:
            made = tuple(reports[id_] for id_ in sentence.promises if id_ in reports)
            form = forms.get(form_of(sentence.right)) if sentence.right else None
            fresh = tuple(report for report in made if report.id not in told)
            said.append(Said(sentence, made, fresh, form))
            told.update(report.id for report in made)
        yield Chapter(section, tuple(said))
