"""The verbs of support. Each is one transaction; locks in the order company, contact, case, part.

Whatever keeps a case from being due (a reply, reopening) locks the case's row first, as the sweep does; so
one of the two waits, and sees what the other did. `now` is the caller's one reading of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from gallra.registers import documents, people
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.support.models import (
    Case,
    CaseDocument,
    Concerned,
    Contact,
    Message,
    Note,
    Priority,
    Status,
)
from gallra.registers.told import taken_out
from gallra.registers.verbs import clean, latest, lock, needed, verb

CONTACTS = "support_contact"
STAFF = Origin(where="staff", by_person=False)


@verb
def open_case(
    reporter: Person | int | None,
    *,
    firm: Firm | None = None,
    firm_key: int | None = None,
    concerned: Iterable[Person] = (),
    subject: str,
    description: str | None = None,
    technical_information: str | None = None,
    product: str | None = None,
    priority: str = Priority.NORMAL,
    assignee: str | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Case:
    """Open a case. reporter: a person as given, or the key of a contact of support's (a signed-in account's).

    firm_key: the company, where it is known. concerned: others whom the case concerns, contacted about this case only
    (M7). Refused("field_without_purpose", "kind_without_system", "missing", "not_an_address").
    """
    needed(subject=subject)
    fields.refuse_kind("support.case")
    if firm_key is None:
        company = directory.find_or_add(firm or Firm(), contacts=CONTACTS, origin=origin, now=now)
    else:
        company = lock(Company, firm_key, keep=True)
    if isinstance(reporter, int):
        contact: Contact | None = lock(Contact, reporter, keep=True)
    else:
        contact = people.find_or_add(Contact, reporter or Person(), origin=origin, now=now, company=company)
    case = Case.objects.create(
        number=_next_number(),
        contact=contact,
        company_id=company.pk if company else contact.company_id if contact else None,
        subject=clean(subject),
        description=clean(description),
        technical_information=clean(technical_information),
        product=clean(product),
        priority=priority,
        source=origin.where,
        assignee=assignee,
        opened_at=now,
        last_contact_at=now,
    )
    for person in concerned:
        _concern(case, person, origin=origin, now=now)
    return case


@verb
def add_concerned(case_id: int, person: Person, *, origin: Origin, actor: str, now: datetime) -> None:
    """Let the case concern one more person. Twice is once."""
    contact = people.find_or_add(Contact, person, origin=origin, now=now)
    case = _living(case_id)
    if contact is None:
        raise Refused("missing", "concerned")
    Concerned.objects.get_or_create(case=case, contact=contact, defaults={"added_at": now})


@verb
def remove_concerned(case_id: int, contact_id: int, *, actor: str, now: datetime) -> None:
    """The case concerns the person no longer; what only it held of them is asked about."""
    lock(Contact, contact_id, keep=True)
    case = lock(Case, case_id)
    removed, _each = Concerned.objects.filter(case=case, contact_id=contact_id).delete()
    if not removed:
        raise Refused("unknown")
    directory.queue(CONTACTS, [contact_id], now=now)
    taken_out.send(
        Concerned, kind="support.case", table=Concerned._meta.db_table,
        keys={"case_id": case_id, "contact_id": contact_id}, actor=actor, now=now,
    )  # fmt: skip


@verb
def reply(
    case_id: int,
    *,
    body: str,
    sender: Person | int | None = None,
    to: int | None = None,
    subject: str | None = None,
    mail_id: str | None = None,
    answers: str | None = None,
    origin: Origin | None = None,
    actor: str,
    now: datetime,
) -> Message:
    """Add a letter to the case's dialogue: from `sender`, or, without one, from us: to the reporter, or to `to`, the
    key of somebody else whom the case concerns (M7).

    A letter from a customer opens a closed case again, and its clock starts anew (M16).
    Refused("case_archived"), Refused("unknown") where the case does not concern `to`.
    """
    needed(body=body)
    if isinstance(sender, int):
        contact: Contact | None = lock(Contact, sender, keep=True)
    elif sender is not None:
        contact = people.find_or_add(Contact, sender, origin=origin or Origin(where="support"), now=now)
    else:
        contact = lock(Contact, to, keep=True) if to is not None else None
    case = _living(case_id)
    received = sender is not None
    if contact is not None and not received and contact not in people_of(case):
        raise Refused("unknown")
    message = Message.objects.create(
        case=case,
        contact_id=contact.pk if contact else case.contact_id,
        direction="in" if received else "out",
        author=None if received else actor,
        subject=clean(subject),
        body=body,
        mail_id=clean(mail_id),
        answers=clean(answers),
        sent_at=now,
    )
    if received:
        case.status, case.closed_at = Status.OPEN, None
    elif case.status == Status.OPEN:
        case.status = Status.WAITING
    case.last_contact_at = latest(case.last_contact_at, now)
    case.save(update_fields=["status", "closed_at", "last_contact_at"])
    return message


@verb
def log_phone_note(
    case_id: int,
    *,
    text: str,
    caller: Person | int | None = None,
    channel: str = "phone",
    actor: str,
    now: datetime,
) -> Note:
    """Note a call or a meeting about the case; channel "phone", "meeting", or "note" for a note that is no
    contact.
    """
    needed(text=text)
    contact_id = _party(caller, now)
    case = _living(case_id)
    note = Note.objects.create(
        case=case, contact_id=contact_id, channel=channel, author=actor, text=text, made_at=now
    )
    if channel != "note":
        case.last_contact_at = latest(case.last_contact_at, now)
        case.save(update_fields=["last_contact_at"])
    return note


@verb
def attach(
    case_id: int,
    chunks: Iterable[bytes],
    *,
    name: str,
    description: str | None = None,
    media_type: str | None = None,
    sender: Person | int | None = None,
    actor: str,
    now: datetime,
) -> CaseDocument:
    """Add a document with its description. chunks: the plain bytes, in parts; they are stored encrypted, key
    in the row.
    """
    needed(name=name)
    contact_id = _party(sender, now)
    case = _living(case_id)
    stored = documents.store(chunks)
    return CaseDocument.objects.create(
        case=case,
        contact_id=contact_id,
        name=clean(name),
        description=clean(description),
        media_type=clean(media_type),
        size=stored.size,
        file=stored.file,
        secret=stored.secret,
        words=stored.words,
        added_at=now,
    )


@verb
def remove_document(document_id: int, *, actor: str, now: datetime) -> None:
    """Remove a document: with the row goes the key, and nobody reads the file again. The file goes with the
    next collection.
    """
    document = lock(CaseDocument, document_id, remove=True)
    CaseDocument.objects.filter(pk=document.pk).delete()
    directory.queue(CONTACTS, [document.contact_id], now=now)
    taken_out.send(
        CaseDocument, kind="support.case", table=CaseDocument._meta.db_table, keys={"id": document_id},
        actor=actor, now=now,
    )  # fmt: skip


@verb
def assign(case_id: int, *, assignee: str | None, actor: str, now: datetime) -> Case:
    """Give the case to a member of staff ("user:7"), or to nobody."""
    case = _living(case_id)
    case.assignee = assignee
    case.save(update_fields=["assignee"])
    return case


@verb
def close_case(case_id: int, *, solution: str | None = None, actor: str, now: datetime) -> Case:
    """Close the case; three months later it is archived (M16). solution: without persons, for it survives the
    archiving.

    Refused("case_closed"), Refused("names_a_person") where the solution names somebody of the case.
    """
    case = _living(case_id)
    if case.status == Status.CLOSED:
        raise Refused("case_closed")
    if people.mentions(solution, people_of(case)):
        raise Refused("names_a_person", "solution")
    case.status, case.closed_at = Status.CLOSED, now
    case.solution = clean(solution) or case.solution
    case.save(update_fields=["status", "closed_at", "solution"])
    return case


@verb
def reopen_case(case_id: int, *, actor: str, now: datetime) -> Case:
    """Open a closed case again: its clock stops. Refused("case_archived") once everything personal is gone,
    Refused("case_open").
    """
    case = _living(case_id)
    if case.status != Status.CLOSED:
        raise Refused("case_open")
    case.status, case.closed_at = Status.OPEN, None
    case.save(update_fields=["status", "closed_at"])
    return case


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('support_case_number')")
        return int(cursor.fetchone()[0])


def _living(case_id: int) -> Case:
    """The case, locked; Refused("case_archived") where it is archived."""
    case = lock(Case, case_id)
    if case.archived_at is not None:
        raise Refused("case_archived")
    return case


def _party(person: Person | int | None, now: datetime) -> int | None:
    """The key of support's contact for the other end of a call, letter or document, locked against removal."""
    if isinstance(person, int):
        return int(lock(Contact, person, keep=True).pk)
    contact = people.find_or_add(Contact, person or Person(), origin=STAFF, now=now)
    return contact.pk if contact else None


def _concern(case: Case, person: Person, *, origin: Origin, now: datetime) -> None:
    by_other = Origin(where=origin.where, by_person=False)  # the reporter names them: Article 14
    contact = people.find_or_add(Contact, person, origin=by_other, now=now)
    if contact:
        Concerned.objects.get_or_create(case=case, contact=contact, defaults={"added_at": now})


def people_of(case: Case) -> list[Contact]:
    """Everybody whom the case or a part of it concerns."""
    keys = {case.contact_id}
    for part in (Message, Note, Concerned, CaseDocument):
        keys.update(part._default_manager.filter(case=case).values_list("contact_id", flat=True))
    return list(Contact.objects.filter(pk__in=[key for key in keys if key is not None]))
