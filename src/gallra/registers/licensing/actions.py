"""The verbs of licensing (S7): a licence is a number, two integers and the add-ons of a company; no persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from secrets import choice

from gallra.registers.directory import actions as directory
from gallra.registers.directory import fields
from gallra.registers.directory.models import Company
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin
from gallra.registers.licensing.models import Licence
from gallra.registers.verbs import lock, needed, verb

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look alike


@verb
def grant_licence(
    holder: Firm | int,
    *,
    product: str,
    users: int,
    companies: int = 1,
    add_ons: Sequence[str] = (),
    number: str | None = None,
    expires_on: date | None = None,
    origin: Origin,
    actor: str,
    now: datetime,
) -> Licence:
    """Grant a company (as given, or its key) a licence. number: made where none is given.

    Refused("no_company", "missing", "counts_negative").
    """
    needed(product=product)
    _counted(users=users, companies=companies)
    fields.refuse_kind("licensing.licence")
    if isinstance(holder, Firm):
        found = directory.find_or_add(holder, contacts="licensing_licence", origin=origin, now=now)
        if found is None:
            raise Refused("no_company")
        holder = int(found.pk)
    company = lock(Company, holder, keep=True)
    return Licence.objects.create(
        number=number or "-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(4)),
        company=company,
        product=product,
        users=users,
        companies=companies,
        add_ons=list(add_ons),
        granted_at=now,
        expires_on=expires_on,
    )


@verb
def change_licence(
    licence_id: int,
    *,
    users: int | None = None,
    companies: int | None = None,
    add_ons: Sequence[str] | None = None,
    actor: str,
    now: datetime,
) -> Licence:
    """Change how large the licence is, or its add-ons; None leaves a value as it is.
    Refused("counts_negative").
    """
    licence = lock(Licence, licence_id)
    licence.users = licence.users if users is None else users
    licence.companies = licence.companies if companies is None else companies
    licence.add_ons = licence.add_ons if add_ons is None else list(add_ons)
    _counted(users=licence.users, companies=licence.companies)
    licence.save(update_fields=["users", "companies", "add_ons"])
    return licence


@verb
def extend_licence(licence_id: int, *, expires_on: date | None, actor: str, now: datetime) -> Licence:
    """Let the licence run to the end of a day, or, with None, without end: its clock starts anew, or stops."""
    licence = lock(Licence, licence_id)
    licence.expires_on = expires_on
    licence.save(update_fields=["expires_on"])
    return licence


def _counted(**numbers: int) -> None:
    if wrong := [name for name, number in numbers.items() if number < 0]:
        raise Refused("counts_negative", *wrong)
