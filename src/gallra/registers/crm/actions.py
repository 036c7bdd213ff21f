"""The verbs of CRM: relations with prospects, customers and partners, and what happens in them.

Locks in the order company, contact, relation, part. The company's clock (last contact, dialogue) is written
to each of its relations under the company's lock, so that two dialogues at once cannot set it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q

from gallra.registers import documents, people
from gallra.registers.crm.models import (
    Case,
    Contact,
    Dialogue,
    Note,
    Relation,
    RelationDocument,
    Review,
    Role,
)
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.told import taken_out
from gallra.registers.verbs import clean, latest, lock, lock_all, needed, verb

CONTACTS = "crm_contact"


@verb
def add_prospect(
    person: Person | None = None,
    *,
    firm: Firm | None = None,
    responsible: str | None = None,
    added_at: datetime | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Relation:
    """Add a prospect: a person, a company, or a person at a company. One that is there already is returned as
    it is: the date it was added survives edits and re-imports (M20), and an import cannot renew it.

    added_at: when another system added it, for an import; never later than `now`.
    """
    return _add(Role.PROSPECT, person, firm, responsible, min(added_at or now, now), origin, now)


@verb
def add_partner(
    person: Person | None = None,
    *,
    firm: Firm | None = None,
    responsible: str | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Relation:
    """Add a partner; see `add_prospect`."""
    return _add(Role.PARTNER, person, firm, responsible, now, origin, now)


@verb
def add_customer(
    person: Person | None = None,
    *,
    firm: Firm | None = None,
    responsible: str | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Relation:
    """Add a customer who was no prospect before (an order); the first review falls due a year from now (M18)."""
    return _add(Role.CUSTOMER, person, firm, responsible, now, origin, now)


@verb
def become_customer(relation_id: int, *, actor: str, now: datetime) -> Relation:
    """A prospect becomes a customer, with its history. Refused("already_customer"),
    Refused("relation_exists") where the person is a customer at that company in another row.
    """
    fields.refuse_kind("crm.customer")
    relation = _locked(relation_id)
    if relation.role == Role.CUSTOMER:
        raise Refused("already_customer")
    others = Relation.objects.exclude(pk=relation.pk).filter(role=Role.CUSTOMER)
    same = {"contact_id": relation.contact_id, "company_id": relation.company_id}  # None is IS NULL
    if others.filter(**same).exists():
        raise Refused("relation_exists")
    relation.role, relation.became_customer_at, relation.erase_decided_at = Role.CUSTOMER, now, None
    relation.save(update_fields=["role", "became_customer_at", "erase_decided_at"])
    return relation


@verb
def log_dialogue(
    relation_id: int,
    *,
    channel: str,
    direction: str,
    text: str | None = None,
    subject: str | None = None,
    participant: Person | int | None = None,
    mail_id: str | None = None,
    answers: str | None = None,
    held_at: datetime | None = None,
    actor: str,
    now: datetime,
) -> Dialogue:
    """Log a letter, call or meeting. direction: "in", "out" or "both" (they answered the telephone, they met
    us).

    It counts as contact, and as dialogue with the company, when it came from them, went both ways, or answers
    a letter of theirs; what only we sent does not count, our mailings least of all (M19). held_at: when it
    took place, never later than `now`. participant: the person at the other end, where it is not the
    relation's own; their contact counts for the company only.
    """
    relation = _locked(relation_id)
    contact_id = _party(participant, now)
    moment = min(held_at or now, now)
    counts = direction in ("in", "both") or (answers is not None and _is_theirs(relation, answers))
    dialogue = Dialogue.objects.create(
        relation=relation,
        contact_id=contact_id,
        channel=channel,
        direction=direction,
        author=actor,
        subject=clean(subject),
        text=clean(text),
        mail_id=clean(mail_id),
        answers=clean(answers),
        counts=counts,
        held_at=moment,
    )
    if counts:
        _had_contact(relation, moment, with_person=contact_id in (None, relation.contact_id))
    return dialogue


@verb
def log_note(
    relation_id: int,
    *,
    text: str,
    about: Person | int | None = None,
    channel: str = "note",
    actor: str,
    now: datetime,
) -> Note:
    """Write a note. A note is no contact: no clock moves."""
    needed(text=text)
    contact_id = _party(about, now)
    relation = lock(Relation, relation_id)
    return Note.objects.create(
        relation=relation, contact_id=contact_id, channel=channel, author=actor, text=text, made_at=now
    )


@verb
def open_case(
    relation_id: int,
    *,
    kind: str,
    subject: str,
    description: str | None = None,
    technical_information: str | None = None,
    actor: str,
    now: datetime,
) -> Case:
    """Open an order, a demo request or another matter of sales (S4, S8). It came from them, so it is contact
    (M19).
    """
    needed(subject=subject)
    relation = _locked(relation_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('crm_case_number')")
        number = int(cursor.fetchone()[0])
    case = Case.objects.create(
        relation=relation,
        number=number,
        kind=kind,
        subject=clean(subject),
        description=clean(description),
        technical_information=clean(technical_information),
        opened_at=now,
    )
    _had_contact(relation, now, with_person=True)
    return case


@verb
def close_case(case_id: int, *, actor: str, now: datetime) -> Case:
    """Close a matter of sales. Refused("case_closed")."""
    case = lock(Case, case_id)
    if case.closed_at is not None:
        raise Refused("case_closed")
    case.closed_at = now
    case.save(update_fields=["closed_at"])
    return case


@verb
def attach(
    relation_id: int,
    chunks: Iterable[bytes],
    *,
    name: str,
    description: str | None = None,
    media_type: str | None = None,
    sender: Person | int | None = None,
    actor: str,
    now: datetime,
) -> RelationDocument:
    """Add a document with its description; see `support.actions.attach`."""
    needed(name=name)
    contact_id = _party(sender, now)
    relation = lock(Relation, relation_id)
    stored = documents.store(chunks)
    return RelationDocument.objects.create(
        relation=relation,
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
    """Remove a document, and with its row the key."""
    document = lock(RelationDocument, document_id, remove=True)
    RelationDocument.objects.filter(pk=document.pk).delete()
    directory.queue(CONTACTS, [document.contact_id], now=now)
    taken_out.send(
        RelationDocument, kind=f"crm.{document.relation.role}", table=RelationDocument._meta.db_table,
        keys={"id": document_id}, actor=actor, now=now,
    )  # fmt: skip


@verb
def review(
    relation_id: int,
    *,
    decision: str,
    reason: str,
    decided_by: str | None = None,
    salt: bytes | None = None,
    actor: str,
    now: datetime,
) -> Review:
    """Decide to "keep" or "erase", with a reason (M18). "erase" makes the record due at once; "keep" undoes
    an earlier "erase" that has not been carried out. The next review falls due a year from now.

    decided_by: who, where the actor is only the way it came in. salt: of what the ledger says of the review.
    Refused("reason_needed"), Refused("erasure_decided") where it was decided to erase already.
    """
    if not reason.strip():
        raise Refused("reason_needed", "reason")
    if decision not in ("keep", "erase"):
        raise Refused("missing", "decision")
    relation = _locked(relation_id)
    if decision == "erase" and relation.erase_decided_at is not None:
        raise Refused("erasure_decided")
    relation.reviewed_at = now
    relation.erase_decided_at = now if decision == "erase" else None
    relation.save(update_fields=["reviewed_at", "erase_decided_at"])
    return Review.objects.create(
        relation=relation,
        decision=decision,
        reason=reason.strip(),
        decided_by=decided_by or actor,
        decided_at=now,
        salt=salt,
    )


def _add(
    role: Role,
    person: Person | None,
    firm: Firm | None,
    responsible: str | None,
    added_at: datetime,
    origin: Origin,
    now: datetime,
) -> Relation:
    fields.refuse_kind(f"crm.{role.value}")
    company = directory.find_or_add(firm or Firm(), contacts=CONTACTS, origin=origin, now=now)
    contact = people.find_or_add(Contact, person or Person(), origin=origin, now=now, company=company)
    if company is None and contact is None:
        raise Refused("missing", "person", "company")
    if company is None and contact is not None and contact.company_id:
        company = lock(Company, contact.company_id, keep=True)
    company_id = company.pk if company else None
    met = _company_clock(company_id)
    relation = Relation(
        role=role,
        contact=contact,
        company_id=company_id,
        source=origin.where,
        responsible=responsible,
        added_at=added_at,
        became_customer_at=now if role == Role.CUSTOMER else None,
        company_last_contact_at=met,
        company_dialogue=met is not None,
    )
    Relation.objects.bulk_create([relation], ignore_conflicts=True)
    same = {"role": role, "contact": contact, "company_id": company_id}  # None is IS NULL
    return Relation.objects.get(**same)


def _company_clock(company_id: int | None) -> datetime | None:
    """The last contact with the company that any of its relations knows, read under the company's lock."""
    if company_id is None:
        return None
    lock(Company, company_id)
    found = Relation.objects.filter(company_id=company_id, company_dialogue=True)
    moments = found.order_by("-company_last_contact_at").values_list("company_last_contact_at", flat=True)
    return moments.first()


def _locked(relation_id: int) -> Relation:
    """The relation, locked after its company. Its company can have changed before we had the lock: then once
    more.
    """
    while True:
        seen = Relation.objects.filter(pk=relation_id).values_list("company_id", flat=True).first()
        if seen is not None:
            lock(Company, seen)
        relation = lock(Relation, relation_id)
        if relation.company_id in (None, seen):
            return relation


def _had_contact(relation: Relation, moment: datetime, *, with_person: bool) -> None:
    """Move the clocks: the person's, and the company's on each of its relations. The company is locked."""
    if with_person:
        relation.last_contact_at = latest(relation.last_contact_at, moment)
        relation.save(update_fields=["last_contact_at"])
    of_company = Q(pk=relation.pk)
    if relation.company_id is not None:
        of_company |= Q(company_id=relation.company_id)
    keys = Relation.objects.filter(of_company).values_list("pk", flat=True)
    for each in lock_all(Relation, keys):
        each.company_last_contact_at = latest(each.company_last_contact_at, moment)
        each.company_dialogue = True
        each.save(update_fields=["company_last_contact_at", "company_dialogue"])


def _is_theirs(relation: Relation, mail_id: str) -> bool:
    """Whether the letter that is answered came from the company, or, without one, in this relation."""
    known = Dialogue.objects.filter(mail_id=mail_id, direction="in")
    if relation.company_id is None:
        return known.filter(relation=relation).exists()
    return known.filter(relation__company_id=relation.company_id).exists()


def _party(person: Person | int | None, now: datetime) -> int | None:
    """The key of CRM's contact for somebody at the other end, locked against removal."""
    if isinstance(person, int):
        return int(lock(Contact, person, keep=True).pk)
    by_other = Origin(where="staff", by_person=False)
    contact = people.find_or_add(Contact, person or Person(), origin=by_other, now=now)
    return contact.pk if contact else None
