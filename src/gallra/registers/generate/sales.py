"""The CRM: relations with the people of customers, prospects and partners, dialogues, sales, notes, yearly reviews."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from gallra.policy.periods import Period
from gallra.policy.rules import Rule
from gallra.registers.generate import rows, texts
from gallra.registers.generate.cast import STAFF, Cast, House, Person
from gallra.registers.generate.clocks import Clocks
from gallra.registers.generate.store import History

COMPANY_CONTACT = "last contact with the company"
FIRST_NUMBER = 50_001
LATE_REVIEWS = 3
"""So many reviews are past their day: the board shows a broken promise (M18)."""


class Sales:
    """Tells what sales know of one house at a time."""

    def __init__(self, history: History, *, cast: Cast, clocks: Clocks, rng: random.Random) -> None:
        self.history, self.cast, self.clocks, self.rng = history, cast, clocks, rng
        self._people: dict[int, Person] = {}
        self._late = 0
        self._reviewed = 0

    def tell(self, house: House) -> None:
        """The relations of a house and what hangs on them."""
        role = {"former": "customer", "cold": "prospect"}.get(house.fate.role, house.fate.role)
        if f"crm.{role}" not in self.clocks.rules.kinds:
            return
        ended = house.fate.ended
        review = self._review_rule()
        if review and ended and ended < self.clocks.today - timedelta(days=2) and self.rng.random() < 0.7:
            return  # a review has decided that what is known of a former customer goes
        others = {"former": 3, "partner": 2}.get(house.fate.role, 5)
        relations = [
            self._relation(house, person, role=role) for person in house.people[: self.rng.randrange(1, others)]
        ]
        self._company_clock(house, relations, last=self._last_contact(house))
        for relation in relations:
            self._around(relation, house)
            if role == "customer" and review:
                self._reviews(relation, review, ended=ended)
        if house.fate.placed and ended:
            self._placed(house)

    def _placed(self, house: House) -> None:
        """At a house that stands for a rule there are a prospect and a partner too, so that the rule has them (S18)."""
        for role, person in zip(("prospect", "partner"), reversed(house.people), strict=False):
            if f"crm.{role}" in self.clocks.rules.kinds and not self._review_rule():
                self._company_clock(house, [self._relation(house, person, role=role)], last=house.fate.ended)

    def _relation(self, house: House, person: Person, *, role: str) -> rows.Relation:
        kind = f"crm.{role}"
        added = house.row.added_at
        if house.fate.role not in ("cold", "customer") and self.rng.random() < 0.3:
            added = self.clocks.later(added, days=60)
        way = "order" if role == "customer" else self.rng.choice(("demo request", "newsletter sign-up", "demo request"))
        contact = self.cast.contact(rows.CrmContact, person, kind=kind, house=house, at=added, way=way)
        known = "company" in self.cast.fields(kind)
        relation = self.history.add(
            rows.Relation(
                role=role, contact_id=contact.id, company_id=house.row.id if known else None, source=way,
                responsible=self.rng.choice(STAFF), added_at=added,
                became_customer_at=max(added, self.clocks.at(house.began)) if role == "customer" else None,
            )
        )  # fmt: skip
        self._people[relation.id] = person
        return relation

    def _last_contact(self, house: House) -> date | None:
        """The day of the company's last contact; None where there has been no dialogue (M20)."""
        if house.fate.role == "cold":
            return None
        if house.fate.role == "prospect":
            return self.clocks.day("crm.prospect", COMPANY_CONTACT)
        last = min(house.fate.ended or self.clocks.today, self.clocks.today)
        return max(house.began, last - timedelta(days=self.rng.randrange(120)))

    def _company_clock(self, house: House, relations: list[rows.Relation], *, last: date | None) -> None:
        """Dialogues up to `last`, and the clocks that they leave on every relation of the company (M19)."""
        if last is None:
            for relation in relations:
                self._mailing(relation)
            return
        first = max(relation.added_at for relation in relations).astimezone(self.clocks.zone).date()
        days = [last, *(self.clocks.between(min(first, last), last) for _ in range(self._count(house)))]
        held = [(self.clocks.at(day), self.rng.choice(relations)) for day in sorted(days)]
        for at, relation in held:
            relation.added_at = min(relation.added_at, at)
            relation.last_contact_at = max(filter(None, (relation.last_contact_at, at)))
            self._dialogue(relation, at)
        for relation in relations:
            relation.company_last_contact_at = held[-1][0]
            relation.company_dialogue = True

    def _count(self, house: House) -> int:
        years = (self.clocks.today - house.began).days / 365
        return self.rng.randrange(1, 4) + round(years * 1.5 if house.fate.role == "customer" else 0)

    def _dialogue(self, relation: rows.Relation, at: datetime) -> None:
        direction = self.rng.choice(("in", "out", "both"))
        person = self._people[relation.id].name.full
        subject, text = texts.dialogue(self.rng, person=person, outgoing=direction == "out")
        self.history.add(
            rows.Dialogue(
                relation_id=relation.id, contact_id=relation.contact_id, direction=direction,
                channel="meeting" if direction == "both" else self.rng.choice(("phone", "mail")),
                author=relation.responsible, subject=subject, text=text, counts=True, held_at=at,
            )
        )  # fmt: skip

    def _mailing(self, relation: rows.Relation) -> None:
        """A letter of ours that was not answered: it is no dialogue and moves no clock (M19)."""
        if self.rng.random() < 0.5:
            self.history.add(
                rows.Dialogue(
                    relation_id=relation.id, contact_id=relation.contact_id, direction="out", channel="mail",
                    author=relation.responsible, subject="Inbjudan till visning",
                    text="Skickade inbjudan till höstens visning. Inget svar.", counts=False,
                    held_at=self.clocks.later(relation.added_at, days=90),
                )
            )  # fmt: skip

    def _around(self, relation: rows.Relation, house: House) -> None:
        """Sales, notes and matters: orders and requests for a demo."""
        rng, customer = self.rng, relation.role == "customer"
        if rng.random() < (0.35 if customer else 0.15):
            self._sale(relation, house)
        if rng.random() < 0.4:
            self.history.add(
                rows.CrmNote(
                    relation_id=relation.id, contact_id=relation.contact_id, channel="note", author=relation.responsible,
                    text=texts.note(rng, person=self._people[relation.id].name.full),
                    made_at=self.clocks.later(relation.added_at, days=200),
                )
            )  # fmt: skip
        if relation.source in ("order", "demo request") and rng.random() < 0.5:
            self._matter(relation)

    def _sale(self, relation: rows.Relation, house: House) -> None:
        gone_cold = house.fate.ended is not None
        opened = self.clocks.later(relation.added_at, days=600)
        closed = self.clocks.later(opened, days=90) if gone_cold or self.rng.random() < 0.5 else None
        self.history.add(
            rows.Sale(
                relation_id=relation.id, subject=texts.sale(self.rng), product=self.rng.choice(texts.PRODUCTS),
                amount=Decimal(self.rng.randrange(5, 200) * 1000), currency="SEK",
                outcome=self.rng.choice(("won", "lost")) if closed else None, opened_at=opened, closed_at=closed,
            )
        )  # fmt: skip
        relation.sales_open += closed is None

    def _matter(self, relation: rows.Relation) -> None:
        product = self.rng.choice(texts.PRODUCTS)
        person = self._people[relation.id]
        demo = relation.source == "demo request"
        wants = f"en visning av {product}" if demo else f"att beställa {product}"
        opened = relation.added_at
        self.history.add(
            rows.CrmCase(
                relation_id=relation.id, number=0, kind=relation.source,
                subject=f"{'Visning av' if demo else 'Beställning av'} {product}",
                description=f"Hej! Vi vill gärna ha {wants}.\n\n{person.name.full}" if demo
                else f"Hej! Vi önskar {wants} enligt offert.\n\n{person.name.full}",
                technical_information=texts.technical(self.rng, product=product) if self.rng.random() < 0.3 else None,
                opened_at=opened, closed_at=self.clocks.later(opened, days=20),
            )
        )  # fmt: skip

    # --- reviews ---

    def _review_rule(self) -> Rule | None:
        return next((rule for rule in self.clocks.rules_of("crm.customer") if rule.action == "review"), None)

    def _reviews(self, relation: rows.Relation, rule: Rule, *, ended: date | None) -> None:
        """Yearly reviews, each with its reason, up to the last one; due, nearly due and three late ones among them (M18)."""
        assert relation.became_customer_at is not None
        since = relation.became_customer_at.astimezone(self.clocks.zone).date()
        day = self._last_review(rule, since=since, ended=ended)
        while day > since:
            at = self.clocks.at(day)
            self.history.add(
                rows.Review(
                    relation_id=relation.id, decision="keep", reason=texts.review_reason(self.rng),
                    decided_by=relation.responsible, decided_at=at,
                )
            )  # fmt: skip
            relation.reviewed_at = max(filter(None, (relation.reviewed_at, at)))
            day = rule.period.cutoff(day) + timedelta(days=self.rng.randrange(1, 20))  # in time, the year before

    def _last_review(self, rule: Rule, *, since: date, ended: date | None) -> date:
        """The day of the last review. One not after `since` never took place: the first is still to come."""
        clocks = self.clocks
        within = rule.period.cutoff(clocks.today) + timedelta(days=1)
        if ended and ended >= clocks.today - timedelta(days=2):
            # The end has just come, or lies ahead: not reviewed since.
            return clocks.between(within, clocks.today - timedelta(days=5))
        if ended:
            return clocks.between(max(ended, within), clocks.today)
        late = rule.period.cutoff(clocks.today - timedelta(days=self.rng.randrange(4, 20)))
        self._reviewed += 1
        if self._late < LATE_REVIEWS and self._reviewed % 7 == 5 and since < late:
            self._late += 1
            return late
        return clocks.placed("crm.customer", rule.event, every=60) or clocks.between(within, clocks.today)

    def number(self) -> None:
        """Numbers the matters in the order in which they came."""
        told = sorted(self.history.of(rows.CrmCase), key=lambda row: (row.opened_at, row.id))
        for number, matter in enumerate(told, start=FIRST_NUMBER):
            matter.number = number
