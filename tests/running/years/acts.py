"""What people do with the company's registers in five years: each act is a real verb, and its note in the model."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gallra.registers.crm import actions as crm
from gallra.registers.finance import agreements, invoices
from gallra.registers.given import Firm as Company
from gallra.registers.given import Origin, Person
from gallra.registers.licensing import actions as licensing
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.support import accounts
from gallra.registers.support import actions as support
from gallra.registers.support.models import Case
from gallra.running.holds import hold_person, hold_record, release
from tests.registers.cast import ALVA, KEY, ORIGIN, STAFF
from tests.running.years.model import CRM, Firm, Hold, Model, Thing

ZONE = ZoneInfo("Europe/Stockholm")
TIMES = (time(0, 0), time(0, 20), time(9, 30), time(15, 0), time(22, 40), time(23, 59, 59, 999999))
PEOPLE, FIRMS = 45, 14
LINES = [invoices.NewLine(text="Underhåll", unit_price=Decimal(1200))]


class Player:
    """Plays acts at random, by seed, on the registers and on the model alike."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.random = random.Random(seed)
        self.swinx = model.policy.startswith("swinx")
        self.acts: list[tuple[int, Callable[[datetime, date], None]]] = [
            (10, self.open_case), (10, self.close_case), (3, self.write_in_case), (2, self.reopen_case),
            (6, self.add_prospect), (4, self.talk), (3, self.become_customer), (4, self.review),
            (5, self.sign), (4, self.end), (1, self.renew), (4, self.invoice), (4, self.invoice_of_old),
            (1, self.credit),
            (4, self.subscribe), (3, self.unsubscribe), (3, self.hold), (3, self.release),
        ]  # fmt: skip
        if self.swinx:
            self.acts += [(2, self.add_partner), (3, self.licence)]
        else:
            self.acts += [(3, self.account), (2, self.sign_in), (2, self.close_account)]

    def play(self, day: date) -> None:
        """One act on that day, at a moment where days turn or in between."""
        moment = datetime.combine(day, self.random.choice(TIMES), ZONE)
        weights = [weight for weight, _ in self.acts]
        (_, act) = self.random.choices(self.acts, weights)[0]
        act(moment, day)

    # --- choosing ---

    def one(self, things: Any) -> Thing | None:
        found = list(things)
        return self.random.choice(found) if found else None

    def person(self) -> tuple[Person, int]:
        n = self.random.randrange(PEOPLE)
        return Person(name=f"Person Nummer {n}", email=f"p{n}@kund.example"), n

    def firm(self, n: int | None = None) -> Company:
        number = self.random.randrange(FIRMS) if n is None else n % FIRMS
        return Company(name=f"Exempelbolag {number} AB")

    # --- noting ---

    def known(self, company: Company) -> Firm:
        assert company.name
        return self.model.firms.setdefault(company.name, Firm(company.name))

    def met_person(self, register: str, address: str, firm: Firm | None = None) -> None:
        contacts = self.model.contacts
        if contacts.get((register, address)) is None:
            contacts[register, address] = firm

    def note(self, kind: str, key: int, firm: Firm | None, *people: str, **days: date) -> Thing:
        thing = Thing(kind, key, firm, set(people), {k.replace("_", " "): v for k, v in days.items()})
        self.model.things.append(thing)
        return thing

    # --- support ---

    def open_case(self, now: datetime, day: date) -> None:
        person, n = self.person()
        other, _ = self.person()
        with_firm = self.random.random() < 0.8
        company = self.firm(n) if with_firm else None
        concerned = [other] if self.random.random() < 0.3 and other != person else []
        made = support.open_case(
            person, firm=company, concerned=concerned, subject="Programmet startar inte", description="Fel på skärmen",
            origin=ORIGIN, actor=ALVA, now=now,
        )  # fmt: skip
        firm = self.known(company) if company else None
        assert person.email
        self.met_person("support", person.email, firm)
        thing = self.note("support.case", made.pk, firm or self.model.contacts["support", person.email])
        thing.people.add(person.email)
        thing.days["opened"] = day
        for each in concerned:
            assert each.email
            self.met_person("support", each.email)
            thing.people.add(each.email)

    def close_case(self, now: datetime, day: date) -> None:
        if thing := self.one(t for t in self.model.of("support.case") if "closed" not in t.days):
            support.close_case(thing.key, solution="Startade om", actor=ALVA, now=now)
            thing.days["closed"] = day

    def write_in_case(self, now: datetime, day: date) -> None:
        """A letter from somebody opens a closed case again; one from us does not."""
        if not (thing := self.one(self.model.of("support.case"))):
            return
        if self.random.random() < 0.5:
            support.reply(thing.key, body="Prova igen", actor=ALVA, now=now)
            return
        person, _ = self.person()
        assert person.email
        support.reply(thing.key, body="Hjälpte inte", sender=person, origin=ORIGIN, actor="mail", now=now)
        self.met_person("support", person.email)
        thing.people.add(person.email)
        thing.days.pop("closed", None)

    def reopen_case(self, now: datetime, day: date) -> None:
        if thing := self.one(t for t in self.model.of("support.case") if "closed" in t.days):
            support.reopen_case(thing.key, actor=ALVA, now=now)
            del thing.days["closed"]

    def account(self, now: datetime, day: date) -> None:
        person, n = self.person()
        assert person.email
        if any(person.email in t.people for t in self.model.of("support.account")):
            return
        company = self.firm(n)
        made = accounts.create_account(person, firm=company, origin=ORIGIN, actor="form", now=now)
        self.met_person("support", person.email, self.known(company))
        self.note("support.account", made.pk, None, person.email)

    def sign_in(self, now: datetime, day: date) -> None:
        if thing := self.one(t for t in self.model.of("support.account") if "closed" not in t.days):
            accounts.signed_in(thing.key, actor=f"account:{thing.key}", now=now)
            thing.days["signed in"] = day

    def close_account(self, now: datetime, day: date) -> None:
        if thing := self.one(t for t in self.model.of("support.account") if "closed" not in t.days):
            accounts.close_account(thing.key, actor=f"account:{thing.key}", now=now)
            thing.days["closed"] = day

    # --- sales ---

    def add_prospect(self, now: datetime, day: date) -> None:
        self._add("crm.prospect", crm.add_prospect, now, day)

    def add_partner(self, now: datetime, day: date) -> None:
        self._add("crm.partner", crm.add_partner, now, day)

    def _add(self, kind: str, verb: Callable[..., Any], now: datetime, day: date) -> None:
        person, n = self.person()
        company = self.firm(n)
        assert person.email
        made = verb(person, firm=company, origin=STAFF, actor="import", now=now)
        firm = self.known(company)
        self.met_person("crm", person.email, firm)
        if not any(t.key == made.pk for t in self.model.of(kind)):  # one that is there keeps its day (M20)
            self.note(kind, made.pk, firm, person.email, added=day)

    def talk(self, now: datetime, day: date) -> None:
        if not (thing := self.one(self.model.of(*CRM))):
            return
        direction = self.random.choice(("in", "both", "out"))
        crm.log_dialogue(
            thing.key, channel="phone", direction=direction, text="Pratade om läget", actor=ALVA, now=now
        )
        if direction != "out" and thing.firm:  # what only we sent is no dialogue (M19)
            thing.firm.met = day

    def become_customer(self, now: datetime, day: date) -> None:
        thing = self.one(self.model.of("crm.prospect"))
        if not thing or any(
            t.firm is thing.firm and t.people & thing.people for t in self.model.of("crm.customer")
        ):
            return
        crm.become_customer(thing.key, actor=ALVA, now=now)
        thing.kind, thing.days["customer"] = "crm.customer", day
        thing.days.pop("decided", None)

    def review(self, now: datetime, day: date) -> None:
        due = self.model.reviews(day)
        every = list(self.model.of("crm.customer", "crm.partner"))
        thing = self.one([t for t in every if t.key in due] or every)
        if not thing:
            return
        decision = "erase" if self.random.random() < 0.25 else "keep"
        crm.review(thing.key, decision=decision, reason="Ingen kontakt längre", actor=ALVA, now=now)
        thing.days["reviewed"] = day
        thing.days.pop("decided", None)
        if decision == "erase":
            thing.days["decided"] = day

    # --- finance and licences ---

    def sign(self, now: datetime, day: date) -> None:
        self._sign(now, day, None)

    def _sign(self, now: datetime, starts: date, ends: date | None) -> Thing:
        person, n = self.person()
        company = self.firm(n)
        assert person.email
        made = agreements.sign_agreement(
            company,
            person=person,
            product="Lön",
            starts_on=starts,
            ends_on=ends,
            origin=STAFF,
            actor=ALVA,
            now=now,
        )
        firm = self.known(company)
        firm.ends[made.pk] = ends
        self.met_person("finance", person.email, firm)
        thing = self.note("finance.agreement", made.pk, firm, person.email)
        if ends:
            thing.days["ended"] = ends
        return thing

    def end(self, now: datetime, day: date) -> None:
        """It ends today, or notice is given for the end of a coming month."""
        if thing := self.one(t for t in self.model.of("finance.agreement") if t.ended is None):
            ends = day + timedelta(days=self.random.choice((0, 0, 0, 30, 90)))
            agreements.end_agreement(thing.key, ended_on=ends, actor=ALVA, now=now)
            assert thing.firm
            thing.days["ended"] = thing.firm.ends[thing.key] = ends

    def renew(self, now: datetime, day: date) -> None:
        if thing := self.one(t for t in self.model.of("finance.agreement") if t.ended is not None):
            agreements.renew(thing.key, actor=ALVA, now=now)
            assert thing.firm
            del thing.days["ended"]
            thing.firm.ends[thing.key] = None

    def invoice(self, now: datetime, day: date) -> None:
        """Under an agreement, also one that has ended; or under none."""
        thing = self.one(self.model.of("finance.agreement"))
        if thing and self.random.random() < 0.8:
            self._invoice(thing, now, day)
            return
        person, n = self.person()
        company = self.firm(n)
        assert person.email
        made = invoices.issue_invoice(
            company, lines=LINES, person=person, issued_on=day, due_on=day, origin=STAFF, actor=ALVA, now=now
        )
        firm = self.known(company)
        self.met_person("finance", person.email, firm)
        self.note("finance.invoice", made.pk, firm, person.email, issued=day)

    def _invoice(self, agreement: Thing, now: datetime, day: date) -> None:
        assert agreement.firm
        made = invoices.issue_invoice(
            Company(name=agreement.firm.name), lines=LINES, agreement_id=agreement.key, issued_on=day, due_on=day,
            origin=STAFF, actor=ALVA, now=now,
        )  # fmt: skip
        noted = self.note("finance.invoice", made.pk, agreement.firm, *agreement.people, issued=day)
        noted.agreement = agreement

    def invoice_of_old(self, now: datetime, day: date) -> None:
        """What was taken over from an older system: an agreement that ended long ago, with its invoices."""
        if day.year > 2021:
            return
        ends = date(self.random.randrange(2012, 2018), self.random.randrange(1, 13), 28)
        agreement = self._sign(now, date(2010, 1, 1), ends)
        for issued in (date(ends.year - 1, 6, 1), ends, date(ends.year + 1, 1, 15)):
            self._invoice(agreement, now, issued)

    def credit(self, now: datetime, day: date) -> None:
        found = [t for t in self.model.of("finance.invoice") if "credit" not in t.days]
        if not (thing := self.one(found)):
            return
        made = invoices.credit_invoice(thing.key, issued_on=day, actor=ALVA, now=now)
        noted = self.note("finance.invoice", made.pk, thing.firm, *thing.people, issued=day, credit=day)
        noted.agreement = thing.agreement
        thing.days["credit"] = day

    def licence(self, now: datetime, day: date) -> None:
        company = self.firm()
        expires = day - timedelta(days=self.random.randrange(1, 900)) if self.random.random() < 0.6 else None
        made = licensing.grant_licence(
            company, product="Lön", users=3, expires_on=expires, origin=STAFF, actor=ALVA, now=now
        )
        thing = self.note("licensing.licence", made.pk, self.known(company))
        if expires:
            thing.days["expires"] = expires

    # --- newsletter ---

    def subscribe(self, now: datetime, day: date) -> None:
        person, n = self.person()
        company = (
            self.firm(n) if self.swinx else None
        )  # Munkeby's newsletter knows name and address only (M4)
        assert person.email
        asked = newsletter.subscribe(
            person, topics=["nytt"], firm=company, wording="Ja tack", origin=Origin(where="newsletter sign-up"),
            key=KEY, actor="form", now=now,
        )[0]  # fmt: skip
        self.met_person("newsletter", person.email, self.known(company) if company else None)
        thing = self.one(t for t in self.model.of("newsletter.subscription") if person.email in t.people)
        if thing is None:
            thing = self.note("newsletter.subscription", asked.subscription.pk, None, person.email)
        if asked.token:
            thing.days["asked"] = day
        if asked.token and self.random.random() < 0.8:
            newsletter.confirm(asked.token, key=KEY, actor="form", now=now)
            thing.days.pop("ended", None)
            thing.days["confirmed"] = day

    def unsubscribe(self, now: datetime, day: date) -> None:
        if thing := self.one(self.model.of("newsletter.subscription")):
            newsletter.unsubscribe(thing.key, actor="form", now=now)
            thing.days.setdefault("ended", day)

    # --- holds ---

    def hold(self, now: datetime, day: date) -> None:
        until = day + timedelta(days=self.random.randrange(400)) if self.random.random() < 0.6 else None
        if self.random.random() < 0.5:
            person, _ = self.person()
            assert person.email
            made = hold_person(person.email, ground="tvist", until=until, now=now, by=ALVA)
            self.model.holds.append(Hold(made.pk, None, person.email, day, until))
        elif thing := self.one(self.model.of("support.case", "finance.invoice", *CRM)):
            word = f"key:{thing.key}"
            made = hold_record(thing.kind, word, ground="tvist", until=until, now=now, by=ALVA)
            self.model.holds.append(Hold(made.pk, thing, None, day, until))

    def release(self, now: datetime, day: date) -> None:
        found = [h for h in self.model.holds if h.on(day)]  # one that ended may be gone itself
        if found:
            hold = self.random.choice(found)
            release(hold.key, now=now, by=ALVA)
            hold.released = True


def archived_are_empty() -> bool:
    """Nothing personal stands in any archived case."""
    rows = Case.objects.exclude(archived_at=None)
    filled = rows.exclude(subject=None, description=None, contact=None, company=None, assignee=None)
    return not filled.exists()
