"""A company's history: five years of customers, cases, agreements, sales and mailings, and what retention
left of them.

Pure: the rules of a policy, a number of people, a seed and a moment go in; the same four give the same
history.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from gallra.kinds import RecordKind
from gallra.policy.rules import Rules
from gallra.registers.generate import customers, rows, texts
from gallra.registers.generate.cases import Cases
from gallra.registers.generate.cast import Cast, House, company_row
from gallra.registers.generate.clocks import HISTORY_DAYS, UNSWEPT_DAYS, Clocks
from gallra.registers.generate.companies import Companies
from gallra.registers.generate.customers import Customers
from gallra.registers.generate.fates import Fate, fates
from gallra.registers.generate.lapse import Lapse
from gallra.registers.generate.mailings import Mailings
from gallra.registers.generate.sales import COMPANY_CONTACT, Sales
from gallra.registers.generate.store import History

KNOWN_PER_COMPANY = 3.1
"""People of a company that some register still knows once retention has done its work; more work there."""
SIZES = (2, 2, 3, 3, 4, 5, 5, 6, 8, 12)
DOCUMENTS = 36
"""Encrypted files of cases; a third as many of customers and prospects."""
Progress = Callable[[str, int, int], None]
"""Told what is being made, how much of it is done, and how much there is."""


def tell(
    *, rules: Rules, kinds: Mapping[str, RecordKind], people: int, seed: int, now: datetime,
    progress: Progress | None = None,
) -> History:  # fmt: skip
    """The history of a company with about `people` people in its registers under a policy's rules.

    now: an aware moment; nothing happens after it, save ends of agreements already given notice of. Record
    kinds that `rules.kinds` does not name stay empty. What the rules had taken by the night before yesterday
    is gone, or archived.
    """
    return _Story(rules=rules, kinds=kinds, seed=seed, now=now).tell(
        people, progress=progress or (lambda *_: None)
    )


class _Story:
    def __init__(self, *, rules: Rules, kinds: Mapping[str, RecordKind], seed: int, now: datetime) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.history = History()
        self.clocks = Clocks(rules, rng=self.rng, now=now)
        self.lapse = Lapse(self.history, rules=rules, kinds=kinds)
        self.cast = Cast(self.history, rules=rules, rng=self.rng, now=now)
        self.companies = Companies(self.rng)
        self.rules = rules
        with_parts = {"history": self.history, "cast": self.cast, "clocks": self.clocks, "rng": self.rng}
        self.customers = Customers(**with_parts)  # type: ignore[arg-type]
        self.cases = Cases(**with_parts)  # type: ignore[arg-type]
        self.sales = Sales(**with_parts)  # type: ignore[arg-type]
        self.mailings: Mailings | None = None
        if "newsletter.subscription" in rules.kinds:
            self.mailings = Mailings(**with_parts)  # type: ignore[arg-type]

    def tell(self, people: int, *, progress: Progress) -> History:
        ends = fates(self.clocks, companies=round(people / KNOWN_PER_COMPANY))
        for done, fate in enumerate(self.rng.sample(ends, len(ends)), start=1):
            self._live(self._house(fate, size=self.rng.choice(SIZES)))
            progress("companies", done, len(ends))
        if self.mailings:
            self.mailings.strangers(max(4, people // 25))
        if "support.suggestion" in self.rules.kinds:
            self.cases.suggestions(max(5, people // 25))
        self._numbered()
        self.lapse.until(self.clocks.today - timedelta(days=UNSWEPT_DAYS))
        self.cases.flesh(documents=DOCUMENTS)
        self.sales.documents(DOCUMENTS // 3)
        return self.history

    def _house(self, fate: Fate, *, size: int) -> House:
        company = self.companies.new()
        began, last_contact = self._days(fate)
        way = {"customer": "order", "former": "order", "cold": "import"}.get(fate.role, "demo request")
        row = company_row(company, rules=self.rules, at=self.clocks.at(began), way=way)
        house = House(
            company=company,
            people=[self.cast.person(company.domain) for _ in range(1 if company.sole_trader else size)],
            fate=fate,
            row=self.history.add(row),
            began=began,
            last_contact=last_contact,
        )
        if fate.role in ("customer", "former", "partner"):
            house.products = self.rng.sample(texts.PRODUCTS, self.rng.choice((1, 1, 2, 2, 3)))
        return house

    def _days(self, fate: Fate) -> tuple[date, date | None]:
        """The day a house became a customer, or was added as a prospect, and the day of sales' last contact
        with it."""
        clocks, rng = self.clocks, self.rng
        if fate.role == "cold":
            return clocks.day("crm.prospect", "added"), None
        if fate.role == "prospect":
            last = clocks.day("crm.prospect", COMPANY_CONTACT)
            return last - timedelta(days=rng.randrange(600)), last
        if fate.ended:
            began = fate.ended - timedelta(days=rng.randrange(500, HISTORY_DAYS - 200))
        else:
            began = clocks.any_day()
        # Where a company stands for a rule we went on talking, so that no shorter rule takes its people first.
        until = clocks.today if fate.placed else min(fate.ended or clocks.today, clocks.today)
        last = until - timedelta(days=rng.randrange(120))
        return began, max(began, last)

    def _live(self, house: House) -> None:
        finance = "finance.agreement" in self.rules.kinds
        if house.products and finance and house.fate.role in ("customer", "former"):
            self.customers.tell(house)
        if "support.case" in self.rules.kinds and (house.products or house.fate.role in ("prospect", "cold")):
            self.cases.tell(house)
        self.sales.tell(house)
        if self.mailings:
            self.mailings.tell(house)

    def _numbered(self) -> None:
        customers.number(self.history)
        self.cases.number()
        self.sales.number()
        if "finance.agreement" in self.rules.kinds:
            for year in range(self.clocks.today.year - 14, self.clocks.today.year + 3):
                self.history.add(rows.Year(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
