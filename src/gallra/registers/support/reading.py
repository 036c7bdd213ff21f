"""What pages show of cases: whose they are, their dialogue and their documents; and whom support knows. Who may see
them, the pages decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gallra.registers.bases import Digits
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Case, CaseDocument, Concerned, Contact, Message

MOST = 20
"""Letters on a page."""
MOST_DOCUMENTS = 50
MOST_FOUND = 20
"""People, and companies, that a search shows."""
SHORTEST_NUMBER = 5
"""Digits below which what is looked for is no telephone number."""
LETTERS = 60_000
"""Characters of letters on a page; the first is shown as far as that, however long it is."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A page of a case's letters, the oldest of them first. earlier: from which letter, counted from the newest, the
    page before goes on; None at the beginning. later: the same of the page after; None at the newest."""

    letters: Sequence[Message] = field(repr=False)
    earlier: int | None
    later: int | None


def cases_of(contact: int) -> QuerySet[Case]:
    """A customer's own cases (M6): those they have reported, and those in which they have written, or been written to.
    Being named in one is not enough, and archived they are nobody's."""
    reported = Case.objects.filter(contact=contact).order_by().values("pk")
    wrote = Message.objects.filter(contact=contact).order_by().values("case_id")
    return Case.objects.filter(pk__in=reported.union(wrote), archived_at=None)


def dialogue(case: Case, *, first: int = 0, of: int | None = None) -> Dialogue:
    """The letters from the `first` newest (0) on; of: only those from this contact and to them. One query."""
    letters = (
        Message.objects.filter(case=case) if of is None else Message.objects.filter(case=case, contact=of)
    )
    found = list(letters.order_by("-sent_at", "-pk")[first : first + MOST + 1])
    page: list[Message] = []
    room = LETTERS
    for letter in found[:MOST]:
        if page and len(letter.body or "") > room:
            break
        if letter.body and len(letter.body) > room:
            letter.body = letter.body[:room].rstrip() + " …"
        room -= len(letter.body or "")
        page.append(letter)
    more = len(found) > len(page)
    return Dialogue(
        letters=page[::-1], earlier=first + len(page) if more else None,
        later=max(0, first - MOST) if first else None,
    )  # fmt: skip


def attached(case: Case, *, of: int | None = None) -> list[CaseDocument]:
    """The case's documents, the newest first; at most `MOST_DOCUMENTS`. of: only those that this contact has sent."""
    found = CaseDocument.objects.filter(case=case)
    return list(
        (found if of is None else found.filter(contact=of))
        .defer("secret", "words")
        .order_by("-added_at", "-pk")[:MOST_DOCUMENTS]
    )


def others(case: Case) -> list[Contact]:
    """Whom the case concerns besides its reporter: those named, and those who have written or been written to."""
    named = Concerned.objects.filter(case=case, contact=OuterRef("pk"))
    keys = Concerned.objects.filter(case=case).order_by().values("contact_id")
    wrote = Message.objects.filter(case=case, contact__isnull=False).order_by().values("contact_id")
    found = Contact.objects.filter(pk__in=keys.union(wrote)).annotate(named=Exists(named))
    if case.contact_id is not None:
        found = found.exclude(pk=case.contact_id)
    return list(found.order_by("pk")[:MOST_FOUND])


def people(said: str) -> list[Contact]:
    """Whom support knows by what is said: an address, a telephone number, a part of a name, or where they work. At most
    `MOST_FOUND` and one more."""
    words, digits = said.split(), "".join(filter(str.isdigit, said))
    if not words:
        return []
    named, works = Q(), Q()
    for word in words:
        named &= Q(name__icontains=word)
        works &= Q(company__name__icontains=word)
    found = Contact.objects.select_related("company").alias(digits=Digits(F("phone")))
    asked = Q(email=said.strip().lower()) | named | works
    if len(digits) >= SHORTEST_NUMBER:
        asked |= Q(phone__isnull=False, digits=digits)
    return list(found.filter(asked).order_by("name", "pk")[: MOST_FOUND + 1])


def known_companies() -> QuerySet[Company]:
    """Companies that people whom support knows work at, and no other register's (M7)."""
    return Company.objects.filter(Exists(Contact.objects.filter(company=OuterRef("pk"))))


def companies(said: str) -> list[Company]:
    """Those by a part of the name; at most `MOST_FOUND`."""
    words = said.split()
    named = Q()
    for word in words:
        named &= Q(name__icontains=word)
    return list(known_companies().filter(named).order_by("name", "pk")[:MOST_FOUND]) if words else []
