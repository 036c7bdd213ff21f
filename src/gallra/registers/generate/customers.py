"""A customer's agreements, invoices and licences."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from gallra.policy.periods import Period
from gallra.registers.generate import rows, texts
from gallra.registers.generate.cast import Cast, House, Person
from gallra.registers.generate.clocks import Clocks
from gallra.registers.generate.store import History

YEAR, QUARTER = Period(months=12), Period(months=3)
VAT = Decimal(25)
CENT = Decimal("0.01")
TERMS = (
    "Löper ett år i sänder, tre månaders uppsägning.",
    "Support vardagar 8–17, uppdateringar ingår.",
    "Underhåll och support enligt allmänna villkor.",
    "Rabatt tio procent första året, därefter enligt prislista.",
)
SERIES = {"finance_agreement": ("agreement", 1), "finance_invoice": ("invoice", 1001)}
"""Gapless series by table: the counter's name and the first number given."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Customers:
    """Tells the agreements, invoices and licences of one house at a time."""

    def __init__(self, history: History, *, cast: Cast, clocks: Clocks, rng: random.Random) -> None:
        self.history, self.cast, self.clocks, self.rng = history, cast, clocks, rng

    def tell(self, house: House) -> None:
        """The whole life of a house as a customer; its counters in the directory as the verbs leave them."""
        buyer = house.people[0]
        for number, product in enumerate(house.products):
            starts = house.began if number == 0 else self._start(house)
            ended = house.fate.ended if number == 0 else self._end(house, starts)
            agreement = self._agreement(house, buyer, product=product, starts=starts, ended=ended)
            for day in self._billing(starts, ended):
                self._invoice(house, buyer, agreement=agreement, day=day, product=product)
            if "licensing.licence" in self.clocks.rules.kinds:
                self._licence(house, agreement)
        if self.rng.random() < 0.2:
            day = self.clocks.between(house.began, self._last(house.fate.ended))
            self._invoice(house, buyer, agreement=None, day=day, product=house.products[0])

    def _last(self, ended: date | None) -> date:
        """The last day on which something has happened under an agreement: its end can lie ahead."""
        return min(ended or self.clocks.today, self.clocks.today)

    def _start(self, house: House) -> date:
        return max(
            house.began, self.clocks.between(house.began, self._last(house.fate.ended) - timedelta(days=40))
        )

    def _end(self, house: House, starts: date) -> date | None:
        """The end of a further agreement: no later than the last one's, and for customers seldom at all."""
        if house.fate.ended:
            return self.clocks.between(starts, house.fate.ended)
        return self.clocks.between(starts, self.clocks.today) if self.rng.random() < 0.12 else None

    def _agreement(
        self, house: House, buyer: Person, *, product: str, starts: date, ended: date | None
    ) -> rows.Agreement:
        at = self.clocks.at(starts)
        contact = self.cast.contact(
            rows.FinanceContact, buyer, kind="finance.agreement", house=house, at=at, way="order"
        )
        row = house.row
        if ended is None:
            row.agreements_open += 1
        else:
            row.agreements_until = max(filter(None, (row.agreements_until, ended)))
        return self.history.add(
            rows.Agreement(
                number=0,
                company_id=row.id,
                contact_id=contact.id,
                product=product,
                terms=self.rng.choice(TERMS),
                starts_on=starts,
                renews_on=None if ended else self._renewal(starts),
                ended_on=ended,
                year_ends_on=self.clocks.year_end(ended) if ended else None,
                added_at=at,
            )
        )

    def _renewal(self, starts: date) -> date:
        """The first anniversary that is still to come."""
        years = self.clocks.today.year - starts.year
        day = Period(months=12 * years).after(starts)
        return day if day > self.clocks.today else Period(months=12 * (years + 1)).after(starts)

    def _billing(self, starts: date, ended: date | None) -> Iterator[date]:
        """Invoice days: on the first day, then every year, or every quarter."""
        months = 12 if self.rng.random() < 0.85 else 3
        last = self._last(ended)
        count = 0
        while (day := Period(months=months * count).after(starts)) <= last:
            yield day
            count += 1

    def _invoice(
        self, house: House, buyer: Person, *, agreement: rows.Agreement | None, day: date, product: str
    ) -> None:
        at = self.clocks.at(day)
        contact = self.cast.contact(
            rows.FinanceContact, buyer, kind="finance.invoice", house=house, at=at, way="order"
        )
        lines = self._lines(product, agreement)
        invoice = self._booked(house, contact, agreement=agreement, day=day, lines=lines)
        if self.rng.random() < 0.02:
            back = [(text, -quantity, price) for text, quantity, price in lines]
            credit_day = self.clocks.between(day, min(day + timedelta(days=40), self.clocks.today))
            self._booked(house, contact, agreement=agreement, day=credit_day, lines=back, credits=invoice.id)

    def _lines(self, product: str, agreement: rows.Agreement | None) -> list[tuple[str, Decimal, Decimal]]:
        rng = self.rng
        if agreement is None:
            return [(f"Konsulttid {product}", Decimal(rng.randrange(2, 30)), Decimal(1250))]
        lines = [(f"Underhåll {product}", Decimal(1), Decimal(rng.randrange(40, 400) * 100))]
        if rng.random() < 0.5:
            lines.append((f"Användare {product}", Decimal(rng.randrange(1, 25)), Decimal(950)))
        return lines

    def _booked(
        self, house: House, contact: rows.FinanceContact, *, agreement: rows.Agreement | None, day: date,
        lines: list[tuple[str, Decimal, Decimal]], credits: int | None = None,
    ) -> rows.Invoice:  # fmt: skip
        net = sum((quantity * price for _, quantity, price in lines), Decimal(0)).quantize(CENT)
        vat = (net * VAT / 100).quantize(CENT)
        company, words = house.row, self.cast.fields("finance.invoice")
        invoice = self.history.add(
            rows.Invoice(
                credits_id=credits,
                agreement_id=agreement.id if agreement else None,
                agreement_ended_on=agreement.ended_on if agreement else None,
                company_id=company.id,
                contact_id=contact.id,
                buyer_name=company.name,
                buyer_organisation_number=company.organisation_number
                if "organisation number" in words
                else None,
                buyer_address=contact.address or (company.address if "address" in words else None),
                buyer_reference=contact.name,
                buyer_email=contact.email,
                issued_on=day,
                due_on=day if credits else day + timedelta(days=30),
                year_ends_on=self.clocks.year_end(day),
                net=net,
                vat=vat,
                total=net + vat,
                booked_at=self.clocks.at(day),
            )
        )
        for position, (text, quantity, price) in enumerate(lines, start=1):
            self.history.add(
                rows.Line(
                    invoice_id=invoice.id, position=position, text=text, quantity=quantity, unit_price=price,
                    vat_rate=VAT, amount=(quantity * price).quantize(CENT),
                )
            )  # fmt: skip
        return invoice

    def _licence(self, house: House, agreement: rows.Agreement) -> None:
        product = str(agreement.product)
        addons = texts.ADDONS[product]
        self.history.add(
            rows.Licence(
                number="-".join("".join(self.rng.choices(LETTERS, k=5)) for _ in range(4)),
                company_id=house.row.id,
                product=product,
                users=self.rng.randrange(1, 40),
                companies=self.rng.choice((1, 1, 1, 2, 3, 5)),
                add_ons=sorted(self.rng.sample(addons, self.rng.randrange(len(addons) + 1))),
                granted_at=agreement.added_at,
                expires_on=agreement.ended_on or agreement.renews_on,
            )
        )


def number(history: History) -> None:
    """Numbers agreements and invoices without a gap in the order in which they came, each as one series
    does."""
    agreements = sorted(history.of(rows.Agreement), key=lambda row: (row.added_at, row.id))
    for count, agreement in enumerate(agreements, start=SERIES["finance_agreement"][1]):
        agreement.number = count
    invoices = sorted(history.of(rows.Invoice), key=lambda row: (row.issued_on, row.id))
    for count, invoice in enumerate(invoices, start=SERIES["finance_invoice"][1]):
        invoice.number = count
