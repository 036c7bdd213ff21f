"""Races over clocks that stand on another row (a company's agreements, a company's dialogue): the sweep stopped before
each of its statements while the verb acts, and the verb stopped before each of its own while the sweep runs.

Whoever is first wins whole: a record whose clock was stopped in time stays and stays whole, one that was swept is gone,
nobody fails in any other way than by being told that it is gone, and nothing is left half.
"""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from gallra.engine.act import carry_out
from gallra.engine.days import Today
from gallra.engine.holds import OwnHolds
from gallra.engine.plan import questions
from gallra.engine.settle import settle, settlings
from gallra.engine.work import work
from gallra.ledger.append import append
from gallra.ledger.models import Entry
from gallra.registers.crm import actions as crm
from gallra.registers.crm.models import Contact as CrmContact
from gallra.registers.crm.models import Dialogue, Relation, Review
from gallra.registers.directory.models import Company, Recheck
from gallra.registers.errors import Refused
from gallra.registers.finance import agreements, invoices
from gallra.registers.finance.models import Agreement, Invoice
from gallra.registers.given import Firm, Person
from gallra.registers.licensing.models import Licence
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Contact as Subscriber
from gallra.registers.newsletter.models import Subscription
from gallra.running.installed import running
from gallra.systems.connection import OwnDatabase
from tests.registers.cast import ALVA, KEY, ORIGIN, STAFF
from tests.running.pausing import Telling, Thread, meanwhile, until_it_waits
from tests.running.world import NIGHT, adopted
from tests.running.years.acts import LINES

pytestmark = [pytest.mark.usefixtures("fresh_database"), pytest.mark.slow]
NUMBERS = itertools.count(1_000_000)
LONG_AGO, LATELY = datetime(2019, 5, 1, tzinfo=UTC), NIGHT - timedelta(days=1)
HEAD = """
[controller]
name = "Munkeby Systems"
email = "info@munkeby.example"
language = "sv"
timezone = "Europe/Stockholm"
[place.own]
servers = "own"
country = "SE"
[system.all]
title = { sv = "Allt", en = "Everything" }
records = ["licensing.licence", "crm.customer", "crm.prospect", "finance.agreement", "finance.invoice",
           "newsletter.subscription"]
place = "own"
"""


@dataclass(frozen=True)
class Race:
    """A record that is due, and the verb that would keep it.

    made: makes them; the key of the record, and what the verb needs. act: the verb. there: whether the record is.
    saved: whether, being there, it is no longer due. wins: whether the verb can save it at all.
    """

    rule: str
    made: Callable[[], tuple[int, int]]
    act: Callable[[int], Any]
    there: Callable[[int], bool]
    saved: Callable[[int], bool]
    wins: bool = True


def firm(*, until: date | None = None) -> Company:
    return Company.objects.create(name="Exempelbolaget AB", agreements_open=0, agreements_until=until)


def ended_agreement(company: Company, *, on: date = date(2019, 5, 1)) -> Agreement:
    return Agreement.objects.create(
        number=next(NUMBERS), company=company, starts_on=date(2010, 1, 1), ended_on=on,
        year_ends_on=date(on.year, 12, 31),
    )  # fmt: skip


def licence() -> tuple[int, int]:
    company = firm(until=date(2019, 5, 1))
    agreement = ended_agreement(company)
    made = Licence.objects.create(
        number=f"L{company.pk}", company=company, product="Lön", users=1, companies=1
    )
    return made.pk, agreement.pk


def licence_alone() -> tuple[int, int]:
    company = firm(until=date(2019, 5, 1))
    made = Licence.objects.create(
        number=f"L{company.pk}", company=company, product="Lön", users=1, companies=1
    )
    return made.pk, company.pk


def sign(company: int) -> Any:
    return agreements.sign_agreement(
        company, product="Lön", starts_on=LATELY.date(), origin=STAFF, actor=ALVA, now=NIGHT
    )


def sign_by_name(_: int) -> Any:
    return agreements.sign_agreement(
        Firm(name="Exempelbolaget AB"), starts_on=LATELY.date(), origin=STAFF, actor=ALVA, now=NIGHT
    )


def relation(role: str, company: Company, **days: Any) -> Relation:
    person = CrmContact.objects.create(name="Bo Ek", email=f"bo{Relation.objects.count()}@kund.example")
    since = days.get("added_at", LONG_AGO) if role == "customer" else None
    return Relation.objects.create(
        role=role, contact=person, company=company, source="staff", became_customer_at=since, **days
    )


def silent_prospect() -> tuple[int, int]:
    """One added long ago, and a colleague of theirs added lately, with whom sales speak."""
    company = firm()
    due = relation("prospect", company, added_at=LONG_AGO)
    other = relation("prospect", company, added_at=LATELY)
    return due.pk, other.pk


def old_dialogue() -> tuple[int, int]:
    made = relation(
        "prospect", firm(), added_at=LONG_AGO, company_dialogue=True, company_last_contact_at=LONG_AGO
    )
    return made.pk, made.pk


def decided() -> tuple[int, int]:
    made = relation("customer", firm(), added_at=LONG_AGO, reviewed_at=LATELY, erase_decided_at=LATELY)
    return made.pk, made.pk


def invoiced() -> tuple[int, int]:
    company = firm(until=date(2014, 5, 1))
    return ended_agreement(company, on=date(2014, 5, 1)).pk, company.pk


def invoice(company: int) -> Any:
    """A late one, under the company's only agreement. Refused where that is gone, with its company or alone."""
    agreement = Agreement.objects.values_list("pk", flat=True).first() or 0
    return invoices.issue_invoice(
        company, lines=LINES, agreement_id=agreement, issued_on=LATELY.date(), due_on=LATELY.date(), origin=STAFF,
        actor=ALVA, now=NIGHT,
    )  # fmt: skip


def unsubscribed() -> tuple[int, int]:
    newsletter.add_topic("nytt", title_sv="Nytt", title_en="News", actor=ALVA, now=LONG_AGO)
    bo = Person(name="Bo Ek", email="bo@kund.example")
    asked = newsletter.subscribe(
        bo, topics=["nytt"], wording="Ja", origin=ORIGIN, key=KEY, actor="form", now=LONG_AGO
    )[0]
    Subscription.objects.filter(pk=asked.subscription.pk).update(confirmed_at=LONG_AGO, ended_at=LONG_AGO)
    return asked.subscription.pk, asked.subscription.pk


def subscribe_again(_: int) -> Any:
    bo = Person(name="Bo Ek", email="bo@kund.example")
    asked = newsletter.subscribe(
        bo, topics=["nytt"], wording="Ja", origin=ORIGIN, key=KEY, actor="form", now=NIGHT
    )
    assert asked[0].token
    return newsletter.confirm(asked[0].token, key=KEY, actor="form", now=NIGHT)


def is_there(model: Any) -> Callable[[int], bool]:
    return lambda key: bool(model.objects.filter(pk=key).exists())


def relation_where(**values: Any) -> Callable[[int], bool]:
    return lambda key: Relation.objects.filter(pk=key, **values).exists()


AGREEMENTS = """
[[retention]]
records = ["licensing.licence"]
after = "the company's last agreement ended"
keep = "3 years"
then = "erase"
promises = ["S18"]
"""
PROSPECTS = """
[[retention]]
records = ["crm.prospect"]
when = "dialogue with the company"
after = "last contact with the company"
keep = "24 months"
then = "erase"
promises = ["M19"]
[[retention]]
records = ["crm.prospect"]
unless = "dialogue with the company"
after = "added"
keep = "12 months"
then = "erase"
promises = ["M20"]
"""
RACES = {
    "renewal": Race(
        AGREEMENTS, licence, lambda key: agreements.renew(key, actor=ALVA, now=NIGHT), is_there(Licence),
        lambda key: Company.objects.get().agreements_open == 1,
    ),
    "new agreement": Race(
        AGREEMENTS, licence_alone, sign, is_there(Licence), lambda key: Company.objects.get().agreements_open == 1,
    ),
    "new agreement with a company about to go": Race(
        AGREEMENTS, licence_alone, sign_by_name, is_there(Licence),
        lambda key: Company.objects.get().agreements_open == 1,
    ),
    "dialogue with a colleague": Race(
        PROSPECTS, silent_prospect,
        lambda key: crm.log_dialogue(key, channel="phone", direction="in", text="Hej", actor=ALVA, now=NIGHT),
        is_there(Relation), relation_where(company_dialogue=True, company_last_contact_at=NIGHT),
    ),
    "dialogue": Race(
        PROSPECTS, old_dialogue,
        lambda key: crm.log_dialogue(key, channel="mail", direction="both", text="Hej", actor=ALVA, now=NIGHT),
        is_there(Relation), relation_where(company_last_contact_at=NIGHT),
    ),
    "becoming a customer": Race(
        PROSPECTS, old_dialogue, lambda key: crm.become_customer(key, actor=ALVA, now=NIGHT), is_there(Relation),
        relation_where(role="customer", became_customer_at=NIGHT),
    ),
    "review that keeps after all": Race(
        """
[[review]]
records = ["crm.customer"]
after = "became a customer"
every = "12 months"
sooner = "the company's last agreement ended"
promises = ["M18"]
""",
        decided, lambda key: crm.review(key, decision="keep", reason="Ny order", actor=ALVA, now=NIGHT),
        is_there(Relation), relation_where(erase_decided_at=None, reviewed_at=NIGHT),
    ),
    "invoice under an agreement about to go": Race(
        """
[[retention]]
records = ["finance.agreement"]
after = "the agreement ended"
keep = "7 years"
then = "erase"
promises = ["S17"]
""",
        invoiced, invoice, is_there(Agreement), lambda key: False, wins=False,
    ),
    "subscribing again": Race(
        """
[[retention]]
records = ["newsletter.subscription"]
after = "the subscription ended"
keep = "30 days"
then = "erase"
promises = ["S12"]
""",
        unsubscribed, subscribe_again, is_there(Subscription),
        lambda key: Subscription.objects.filter(ended_at=None, confirmed_at=NIGHT).exists(),
    ),
}  # fmt: skip


def night(executor: OwnDatabase | None = None) -> int:
    """What a sweep does under the rules of the policy, and the contacts and companies after it: records taken."""
    executor, policy, run = executor or OwnDatabase(), running(), uuid.uuid4()
    today = Today.of(NIGHT, policy.rules.timezone)

    def journal(*, action: str, body: dict[str, Any], rule: str, batch: int) -> None:
        append(
            action=action, body=body, now=NIGHT, policy=policy.rules.version, run=run, rule=rule, batch=batch
        )

    taken = 0
    for question in questions(policy.rules, policy.kinds, today, OwnHolds()):
        if question.verb != "review" and question.kind.system != "gallra":
            taken += carry_out(executor, work(question), journal).records
    settle(executor, settlings(policy.kinds.values(), OwnHolds(), today), journal)
    return taken


def counted(work: Callable[[], Any]) -> int:
    """How many statements a verb sends."""
    count = 0

    def telling(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(telling):
        work()
    return count


def paused(at: int, act: Callable[[], Any], then: Callable[[], Any]) -> tuple[Thread, Thread]:
    """Begin the verb, stop it before its statement number `at`, begin the sweep, let both end: the sweep, the verb."""
    reached, go_on = threading.Event(), threading.Event()
    count = 0

    def telling(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            reached.set()
            assert go_on.wait(30)
        return execute(sql, params, many, context)

    def acting() -> Any:
        with connection.execute_wrapper(telling):
            return act()

    verb = Thread(acting)
    while not reached.wait(0.01) and verb.is_alive():
        pass
    sweeping = Thread(then)
    until_it_waits(sweeping)
    go_on.set()
    return sweeping.done(), verb.done()


def emptied() -> None:
    """No records, contacts or companies, as the next round wants it; the ledger stays."""
    from gallra.registers.finance.models import Contact as Buyer
    from gallra.registers.finance.models import Line
    from gallra.registers.newsletter.models import Evidence

    for model in (
        Dialogue, Review, Relation, CrmContact, Licence, Line, Invoice, Agreement, Buyer, Evidence, Subscription,
        Subscriber, Company, Recheck,
    ):  # fmt: skip
        model._default_manager.all().delete()


def judged(race: Race, key: int, sweeping: Thread, acting: Thread) -> bool:
    """Both ended well, nothing is half done, and what was saved stays: whether the record is there."""
    assert sweeping.error is None
    assert acting.error is None or isinstance(acting.error, Refused)
    there = race.there(key)
    if not race.wins:  # the agreement goes, with or without the new invoice, which keeps its clock
        assert not there or night() == 1
        left: list[Any] = list(Invoice.objects.values_list("agreement_id", "agreement_ended_on"))
        assert left == ([] if acting.error else [(None, date(2014, 5, 1))])
        return there
    if there:
        assert acting.error is None  # it was there all the time: no reason to refuse
        assert race.saved(key)
        assert night() == 0
        assert race.there(key)
    return there


@pytest.mark.promise("S12", "S14", "S17", "S18", "M17", "M18", "M19", "M20")
@pytest.mark.parametrize("name", RACES)
def test_the_sweep_stopped_before_each_statement(name: str) -> None:
    race = RACES[name]
    adopted(HEAD + race.rule)
    names: list[str] = []
    race.made()
    night(Telling(lambda number, statement: names.append(statement)))
    last = max(n for n, each in enumerate(names, 1) if each.startswith(("delete", "unqueue")))
    won = set()
    for at in range(names.index("guard") + 1, last + 2):
        emptied()
        key, needs = race.made()
        sweeping, acting, _ = meanwhile(at, night, lambda needs=needs: race.act(needs))  # type: ignore[misc]
        won.add(judged(race, key, sweeping, acting))
    assert won >= ({True, False} if race.wins else {False})
    keys = [(e.rule, key) for e in Entry.objects.filter(action="sweep.receipt") for key in e.body["keys"]]
    assert len(keys) == len(set(keys))


@pytest.mark.promise("S12", "S14", "S17", "S18", "M17", "M18", "M19", "M20")
@pytest.mark.parametrize("name", RACES)
def test_the_verb_stopped_before_each_statement(name: str) -> None:
    race = RACES[name]
    adopted(HEAD + race.rule)
    _, needs = race.made()
    most = counted(lambda: race.act(needs))
    won = set()
    for at in range(1, most + 1):
        emptied()
        key, needs = race.made()
        sweeping, acting = paused(at, lambda needs=needs: race.act(needs), night)  # type: ignore[misc]
        won.add(judged(race, key, sweeping, acting))
    assert won
