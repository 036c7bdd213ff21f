"""Both policies, published and mended, played through five years of work: after every sweep exactly that is left which
a model made of dates says.

By default the nights are those on which the model says that something goes, and a random one in every quarter; in
the "thorough" profile every one of the 1,825. What is there is compared after each, and on the first of each month.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from gallra.ledger.models import Entry
from gallra.registers.crm.models import Contact as CrmContact
from gallra.registers.crm.models import Relation
from gallra.registers.directory.models import Company
from gallra.registers.finance.models import Agreement, Invoice
from gallra.registers.finance.models import Contact as FinanceContact
from gallra.registers.licensing.models import Licence
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Contact as NewsletterContact
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support.models import Account, Case
from gallra.registers.support.models import Contact as SupportContact
from gallra.running.adopting import adopt
from gallra.running.runs import due, sweep
from tests.registers.cast import ALVA
from tests.running.years.acts import ZONE, Player, archived_are_empty
from tests.running.years.model import Model

POLICIES = Path(__file__).parents[3] / "policies"
FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
SWEPT_AT = time(2, 0)
CONTACTS = {
    "support": SupportContact, "crm": CrmContact, "finance": FinanceContact, "newsletter": NewsletterContact,
}  # fmt: skip
GUARDED = timedelta(days=6)
ACTS_A_DAY = 0.2


def there() -> dict[str, set[object]]:
    """What is in the registers, by kind."""
    found: dict[str, set[object]] = {
        "support.case": set(Case.objects.filter(archived_at=None).values_list("pk", flat=True)),
        "archived": set(Case.objects.exclude(archived_at=None).values_list("pk", flat=True)),
        "support.account": set(Account.objects.values_list("pk", flat=True)),
        "finance.agreement": set(Agreement.objects.values_list("pk", flat=True)),
        "finance.invoice": set(Invoice.objects.values_list("pk", flat=True)),
        "licensing.licence": set(Licence.objects.values_list("pk", flat=True)),
        "newsletter.subscription": set(Subscription.objects.values_list("pk", flat=True)),
        "contacts": {(name, each.email) for name, of in CONTACTS.items() for each in of._default_manager.all()},
        "companies": set(Company.objects.values_list("name", flat=True)),
    }  # fmt: skip
    for role in ("prospect", "customer", "partner"):
        found[f"crm.{role}"] = set(Relation.objects.filter(role=role).values_list("pk", flat=True))
    return {name: some for name, some in found.items() if some}


def expected(model: Model) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {"contacts": set(model.contacts), "companies": set(model.firms)}
    for thing in model.things:
        name = "archived" if "archived" in thing.days else thing.kind
        found.setdefault(name, set()).add(thing.key)
    return {name: some for name, some in found.items() if some}


def is_registers(kind: str) -> bool:
    """Whether it is a kind of the registers; Gallra's own records (holds that ended) have periods of their own."""
    return not kind.startswith("gallra.")


def swept(model: Model, now: datetime, day: date, last: datetime) -> tuple[int, int, int]:
    """One night: what the sweep does and what the model says are the same."""
    confirmed = frozenset({"clock"}) if now - last > GUARDED else frozenset[str]()
    result = sweep(now, audit=True, confirmed=confirmed)
    assert (result.outcome, result.left) == ("finished", 0), day
    went = model.night(day)
    records = sum(count for rule, count in result.taken.items() if is_registers(rule.split()[-1]))
    assert (records, result.contacts, result.companies) == went, day
    assert there() == expected(model), day
    return went


def planned(model: Model, now: datetime, day: date) -> None:
    """What a dry run says, reviews included, is what the model says."""
    plan = due(now)
    taken = sum(s.count for s in plan.steps if s.verb != "review" and is_registers(s.kind))
    assert (taken, plan.reviews) == (len(model.wanted(day)), len(model.reviews(day))), day


@pytest.mark.slow
@pytest.mark.promise("S14", "S17", "S18", "M5", "M16", "M17", "M18", "M19", "M20")
@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize(
    ("policy", "seed"), [("swinx", 1), ("munkeby", 2), ("swinx-mended", 3), ("munkeby-mended", 4)]
)
def test_five_years(policy: str, seed: int) -> None:
    last = datetime.combine(FIRST, SWEPT_AT, ZONE).astimezone(UTC)
    adopt(POLICIES / f"{policy}.toml", reason="den första", now=last)
    newsletter.add_topic("nytt", title_sv="Nytt", title_en="News", actor=ALVA, now=last)
    model = Model(policy)
    player = Player(model, seed)
    every = settings.get_current_profile_name() == "thorough"
    gone, sweeps = [0, 0, 0], 0
    day = chosen = FIRST
    while day < LAST:
        if player.random.random() < ACTS_A_DAY:
            player.play(day)
        day += timedelta(days=1)
        if day.day == 1:
            assert there() == expected(model), day
            if day.month % 3 == 1:
                chosen = day + timedelta(days=player.random.randrange(28))
        now = datetime.combine(day, SWEPT_AT, ZONE).astimezone(UTC)
        if day == chosen:
            planned(model, now, day)
        if every or day == chosen or model.wanted(day) or model.idle(day):
            went = swept(model, now, day, last)
            gone = [before + more for before, more in zip(gone, went, strict=True)]
            last, sweeps = now, sweeps + 1
    assert gone[0] > 20, gone  # the years were not idle
    assert gone[1] > 10, gone
    assert archived_are_empty()
    receipts = Entry.objects.filter(action="sweep.receipt")
    assert sum(e.body["records"] for e in receipts if is_registers(e.body["kind"])) == gone[0]
    assert Entry.objects.filter(action="sweep.run").count() == sweeps
