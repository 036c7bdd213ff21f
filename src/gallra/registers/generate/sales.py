"""The CRM: relations with the people of customers, prospects and partners, dialogues, sales, notes, yearly
reviews."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from gallra.policy.rules import Rule
from gallra.registers.generate import rows, texts
from gallra.registers.generate.cast import STAFF, Cast, House, Person
from gallra.registers.generate.clocks import Clocks
from gallra.registers.generate.fates import LAST_AGREEMENT
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
        ended, review = house.fate.ended, self._review_rule(role)
        long_ended = ended and ended < self.clocks.today - timedelta(days=2)
        if review and long_ended and not house.fate.placed and self.rng.random() < 0.7:
            return  # a review has decided that what is known of a former customer goes
        most = {"former": 3, "partner": 2}.get(house.fate.role, 5)
        known = house.people[: self.rng.randrange(1, most)]
        relations = [self._relation(house, person, role=role) for person in known]
        if house.fate.placed:
            relations += self._placed(house)
        if house.last_contact:
            self._dialogues(house, relations, last=house.last_contact)
        for relation in relations:
            self._around(relation, house)
            if review := self._review_rule(relation.role):
                self._reviews(relation, review, ended=ended)

    def _placed(self, house: House) -> list[rows.Relation]:
        """At a house that stands for a rule there are a prospect and a partner too, so that the rule has them
        (S18)."""
        return [
            self._relation(house, person, role=role)
            for role, person in zip(("prospect", "partner"), house.people[::-1], strict=False)
            if self.clocks.periods(f"crm.{role}", LAST_AGREEMENT)
        ]

    def _relation(self, house: House, person: Person, *, role: str) -> rows.Relation:
        kind, added = f"crm.{role}", house.row.added_at
        # Who never spoke with us was found by us: Article 14 (S6).
        way = "order" if role == "customer" else "demo request" if house.last_contact else "import"
        contact = self.cast.contact(
            rows.CrmContact, person, kind=kind, house=house, at=added, way=way, given=way != "import"
        )
        known = "company" in self.cast.fields(kind)
        relation = self.history.add(
            rows.Relation(
                role=role, contact_id=contact.id, company_id=house.row.id if known else None, source=way,
                responsible=self.rng.choice(STAFF), added_at=added,
                became_customer_at=added if role == "customer" else None,
            )
        )  # fmt: skip
        self._people[relation.id] = person
        return relation

    def _dialogues(self, house: House, relations: list[rows.Relation], *, last: date) -> None:
        """Dialogues up to `last`, and the clocks that those which count leave on the relations (M19)."""
        added = house.row.added_at
        first = added.astimezone(self.clocks.zone).date()
        days = sorted(self.clocks.between(first, last) for _ in range(self._count(house)))
        letter: str | None = None
        for day in [*days, last]:
            at, relation = max(added, self.clocks.at(day)), self.rng.choice(relations)
            # The last one comes from them, or goes both ways: what only we sent moves no clock.
            direction = self.rng.choice(("in", "both") if day == last else ("in", "out", "both"))
            letter = self._dialogue(relation, at, direction=direction, letter=letter)
        moments = [relation.last_contact_at for relation in relations if relation.last_contact_at]
        for relation in relations:
            relation.company_last_contact_at = max(moments)
            relation.company_dialogue = True

    def _count(self, house: House) -> int:
        years = (self.clocks.today - house.began).days / 365
        return self.rng.randrange(0, 4) + round(years * 1.5 if house.fate.role == "customer" else 0)

    def _dialogue(
        self, relation: rows.Relation, at: datetime, *, direction: str, letter: str | None
    ) -> str | None:
        """One dialogue. letter: the company's last letter that is not answered yet; returns what it is after
        this."""
        channel = "meeting" if direction == "both" else self.rng.choice(("phone", "mail", "mail"))
        answers = letter if direction == "out" and channel == "mail" else None
        person = self._people[relation.id]
        subject, text = texts.dialogue(self.rng, person=person.name.full, outgoing=direction == "out")
        domain = "salj.example" if direction == "out" else person.email.partition("@")[2]
        row = self.history.add(
            rows.Dialogue(
                relation_id=relation.id, contact_id=None, direction=direction, channel=channel,
                author=relation.responsible, subject=subject, text=text, answers=answers,
                mail_id=f"<{relation.id}.{self.rng.getrandbits(40):010x}@{domain}>" if channel == "mail" else None,
                counts=direction != "out" or answers is not None, held_at=at,
            )
        )  # fmt: skip
        if row.counts:
            self._had_contact(relation, at)
        if direction == "in" and channel == "mail":
            return row.mail_id
        return None if answers else letter

    def _had_contact(self, relation: rows.Relation, at: datetime) -> None:
        relation.last_contact_at = max(filter(None, (relation.last_contact_at, at)))

    def _mailing(self, relation: rows.Relation) -> None:
        """A letter of ours that was not answered: it is no dialogue and moves no clock (M19)."""
        if self.rng.random() < 0.5:
            self.history.add(
                rows.Dialogue(
                    relation_id=relation.id, contact_id=None, direction="out", channel="mail",
                    author=relation.responsible, subject="Inbjudan till visning",
                    text="Skickade inbjudan till höstens visning. Inget svar.", counts=False,
                    held_at=self.clocks.later(relation.added_at, days=90),
                )
            )  # fmt: skip

    def _around(self, relation: rows.Relation, house: House) -> None:
        """Sales, notes and matters: orders and requests for a demo."""
        rng, customer = self.rng, relation.role == "customer"
        if house.last_contact is None:
            self._mailing(relation)
        if rng.random() < (0.35 if customer else 0.15):
            self._sale(relation, house)
        if rng.random() < 0.4:
            self.history.add(
                rows.CrmNote(
                    relation_id=relation.id, contact_id=None, channel="note", author=relation.responsible,
                    text=texts.note(rng, person=self._people[relation.id].name.full),
                    made_at=self.clocks.later(relation.added_at, days=200),
                )
            )  # fmt: skip
        if house.last_contact and rng.random() < 0.5:
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
        self._had_contact(relation, opened)  # it came from them
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

    def _review_rule(self, role: str) -> Rule | None:
        return next((rule for rule in self.clocks.rules_of(f"crm.{role}") if rule.action == "review"), None)

    def _reviews(self, relation: rows.Relation, rule: Rule, *, ended: date | None) -> None:
        """Yearly reviews, each with its reason, up to the last one; due, nearly due and three late ones among
        them (M18)."""
        since = (relation.became_customer_at or relation.added_at).astimezone(self.clocks.zone).date()
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
            day = rule.period.cutoff(day) + timedelta(
                days=self.rng.randrange(1, 20)
            )  # in time, the year before

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
        return clocks.placed(
            rule.kind, rule.event, every=60 if rule.kind == "crm.customer" else 6
        ) or clocks.between(within, clocks.today)

    def documents(self, count: int) -> None:
        """So many documents of relations that are still there: offers."""
        relations = self.history.of(rows.Relation)
        for relation in self.rng.sample(relations, min(count, len(relations))):
            person = self._people[relation.id]
            buyer = f"{person.name.full}, {person.email}"
            content = f"Offert {relation.id}\nTill {buyer}\n{texts.sale(self.rng)}\n".encode()
            row = rows.CrmDocument(
                relation_id=relation.id, contact_id=relation.contact_id, name=f"offert-{relation.id}.txt",
                description="offert", media_type="text/plain", size=len(content), file="", secret=b"",
                added_at=self.clocks.later(relation.added_at, days=30),
            )  # fmt: skip
            self.history.keep_file(row, content)

    def number(self) -> None:
        """Numbers the matters in the order in which they came."""
        told = sorted(self.history.of(rows.CrmCase), key=lambda row: (row.opened_at, row.id))
        for number, matter in enumerate(told, start=FIRST_NUMBER):
            matter.number = number
