"""The verbs of customers' accounts (M6) and of suggestions (S11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gallra.registers import people
from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.directory.restricting import own_wish
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from gallra.registers.support.actions import CONTACTS, people_of
from gallra.registers.support.models import Account, Case, Contact, Suggestion, SuggestionStatus
from gallra.registers.told import account_changed, details_changed
from gallra.registers.verbs import clean, lock, needed, verb

HOLDER = Origin(where="support")
"""Where details come from that the holder of an account writes over."""


@verb
def create_account(
    holder: Person, *, firm: Firm | None = None, origin: Origin, actor: str, now: datetime
) -> Account:
    """Make an account for the person, known by the address. Refused("missing") without one,
    Refused("account_exists").
    """
    needed(email=holder.email)
    fields.refuse_kind("support.account")
    company = directory.find_or_add(firm or Firm(), contacts=CONTACTS, origin=origin, now=now)
    contact = people.find_or_add(Contact, holder, origin=origin, now=now, company=company)
    account, new = Account.objects.get_or_create(contact=contact, defaults={"created_at": now})
    if not new:
        raise Refused("account_exists")
    return account


@verb
def signed_in(account_id: int, *, actor: str, now: datetime) -> Account:
    """Note that the account was used; its clock starts anew. Refused("account_closed")."""
    account = lock(Account, account_id)
    if account.closed_at is not None:
        raise Refused("account_closed")
    account.signed_in_at = now
    account.save(update_fields=["signed_in_at"])
    return account


@verb
def close_account(account_id: int, *, actor: str, now: datetime) -> Account:
    """Close the account: nobody signs in with it any more. The row goes by its retention.
    Refused("account_closed").
    """
    account = lock(Account, account_id)
    if account.closed_at is not None:
        raise Refused("account_closed")
    _closed(account, now)
    account_changed.send(Account, account=account.pk, closed=True, now=now)
    return account


@verb
def reopen_account(account_id: int, *, actor: str, now: datetime) -> Account:
    """Open a closed account again, for its holder, while its row is still there. Refused("account_open")."""
    account = lock(Account, account_id)
    if account.closed_at is None:
        raise Refused("account_open")
    _closed(account, None)
    account_changed.send(Account, account=account.pk, closed=False, now=now)
    return account


@verb
def change_details(account_id: int, person: Person, *, actor: str, now: datetime) -> Contact:
    """The holder writes over their own details (Article 16). Refused("field_without_purpose",
    "not_an_address").
    """
    holder = (
        Account.objects.filter(pk=account_id, closed_at=None).values_list("contact_id", flat=True).first()
    )
    if holder is None:
        raise Refused("unknown")
    contact = lock(Contact, holder, remove=True)
    address = contact.email or ""
    changed = people.change(contact, person, origin=HOLDER, now=now)
    details_changed.send(
        Contact, table=CONTACTS, contact=holder, address=address, values=person.values(), actor=actor, now=now
    )
    return changed


def change_again(contact_id: int, values: Mapping[str, str], *, at: datetime) -> None:
    """What `details_changed` told of, on a restored database and in the caller's transaction: nobody is told again. A
    contact that is not there stays away."""
    if Contact.objects.filter(pk=contact_id).exists():
        with own_wish():
            people.change(lock(Contact, contact_id, remove=True), Person(**values), origin=HOLDER, now=at)


def close_again(account_id: int, *, closed: bool, at: datetime) -> None:
    """The same for what `account_changed` told of."""
    if (account := Account.objects.filter(pk=account_id).first()) is not None:
        with own_wish():
            _closed(account, at if closed else None)


def _closed(account: Account, at: datetime | None) -> None:
    account.closed_at = at
    account.save(update_fields=["closed_at"])


def prefill(account_id: int) -> dict[str, str]:
    """What the signed-in form is filled with: the holder's own details, and of the company only what support
    may hold (M7).

    Keys are columns of the contact, and "company." with a column of the company. Refused("account_closed",
    "unknown").
    """
    account = Account.objects.select_related("contact").filter(pk=account_id).first()
    if account is None or account.contact is None:
        raise Refused("unknown")
    if account.closed_at is not None:
        raise Refused("account_closed")
    names = ("name", "email", "phone", "title", "address", "town")
    found = {name: getattr(account.contact, name) for name in names}
    company = Company.objects.filter(pk=account.contact.company_id).first()
    if company:
        words = ("name", "organisation_number", "address", "town", "business_system")
        found |= {f"company.{word}": getattr(company, word) for word in words}
    hidden = fields.refused(CONTACTS)
    return {name: value for name, value in found.items() if value and name not in hidden}


@verb
def add_suggestion(
    *, text: str, product: str | None = None, case_id: int | None = None, actor: str, now: datetime
) -> Suggestion:
    """Keep a proposal for improvement, without the person and without a link to the case it came in (S11).

    case_id: only asked whose names the text must not hold. Refused("names_a_person").
    """
    needed(text=text)
    fields.refuse_kind("support.suggestion")
    case = Case.objects.filter(pk=case_id).first() if case_id else None
    if case_id and case is None:
        raise Refused("unknown")
    if case and people.mentions(text, people_of(case)):
        raise Refused("names_a_person", "text")
    return Suggestion.objects.create(text=text.strip(), product=clean(product), given_at=now)


@verb
def settle_suggestion(suggestion_id: int, *, status: str, actor: str, now: datetime) -> Suggestion:
    """Say what becomes of a proposal: "planned", "done" or "declined"; the last two end its clock's wait."""
    suggestion = lock(Suggestion, suggestion_id)
    suggestion.status = SuggestionStatus(status)
    settled = suggestion.status in (SuggestionStatus.DONE, SuggestionStatus.DECLINED)
    suggestion.settled_at = now if settled else None
    suggestion.save(update_fields=["status", "settled_at"])
    return suggestion
