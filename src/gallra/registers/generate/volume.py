"""Volume for benchmarks: a million cases with three million messages, a million simple rows, streamed into
COPY.

Memory is flat: rows are strings made of pools, sent in chunks. Everything is written beside what is there, as
the working role, with every constraint and guard on. Deterministic by seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from gallra.policy.periods import Period
from gallra.registers.directory import fields
from gallra.registers.generate import numbers, pools
from gallra.registers.generate.copying import by_index, copy_text, move_id, move_sequence, next_id
from gallra.registers.generate.pools import MASK, NULL, Moment, Spread, Words

Progress = Callable[[str, int, int], None]
THREE_MONTHS, A_YEAR = Period(months=3), Period(months=12)
ZONE = "Europe/Stockholm"
CASES_PER_CONTACT, CONTACTS_PER_COMPANY = 5, 5
NUMBERS_FROM = 1_000_000
"""Where the organisation numbers of volume begin in their series, past those of generated companies."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What was written: rows per table, and how many records are due by the period that was asked for."""

    tables: dict[str, int]
    due: int


def make_cases(
    *, cases: int, messages: int, seed: int = 1, now: datetime, due_share: float = 0.1,
    period: Period = THREE_MONTHS,
) -> Volume:  # fmt: skip
    """Write `cases` cases with `messages` messages, a contact per five cases and a company per five contacts.

    Exactly round(cases × due_share) were closed longer than `period` ago; of the others every second is open,
    the rest closed too recently. Half of the due are all that their contacts and companies have, which nothing
    refers to once they are gone; the others are of people who have more. now: aware.
    """
    due = round(cases * due_share)
    contacts = max(1, cases // CASES_PER_CONTACT)
    companies = max(1, contacts // CONTACTS_PER_COMPANY)
    maker = _Cases(
        cases=cases, due=due, period=period, seed=seed, now=now, contacts=contacts, companies=companies
    )
    with by_index():
        maker.write_companies()
        maker.write_contacts()
        maker.write_cases()
        maker.write_messages(messages)
    tables = {"directory_company": companies, "support_contact": contacts, "support_case": cases,
              "support_message": messages}  # fmt: skip
    return Volume(tables, due)


class _Cases:
    """Cases and all that they stand on. Row `i` of each table depends on the seed and on `i` alone."""

    def __init__(
        self, *, cases: int, due: int, period: Period, seed: int, now: datetime, contacts: int, companies: int
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.words: Words = pools.words(rng)
        today = now.astimezone(ZoneInfo(ZONE)).date()
        due_first, due_last = pools.due_days(period, today=today)
        first, last = pools.waiting_days(period, today=today)
        self.past = pools.moments(rng, first=due_first, last=due_last, zone=ZONE)
        self.recent = pools.moments(rng, first=first, last=last, zone=ZONE)
        self.cases, self.contacts, self.companies = cases, contacts, companies
        self.spread = Spread(cases, due)
        self.now = str(now)
        # Picks of contact and words for a case: no pattern, no state.
        self.salt = rng.getrandbits(31) | 1
        self.case_id, self.contact_id = next_id("support_case"), next_id("support_contact")
        self.company_id, self.message_id = next_id("directory_company"), next_id("support_message")

    def write_companies(self) -> None:
        """Companies with a name, and a number where the policy lets one be kept."""
        numbered = "organisation_number" not in fields.refused("directory_company")
        names = ("id", "name", "organisation_number", "sole_trader", "sources", "agreements_open", "added_at")

        def lines() -> Iterator[str]:
            for index in range(self.companies):
                key = self.company_id + index
                number = (
                    numbers.organisation_number(NUMBERS_FROM + key).replace("-", "") if numbered else NULL
                )
                family = self.words.names[index & MASK].family
                yield f"{key}\t{family} {key} AB\t{number}\tf\t{{}}\t0\t{self.now}\n"

        copy_text("directory_company", names, pools.chunked(lines()))
        move_id("directory_company", self.company_id + self.companies - 1)

    def write_contacts(self) -> None:
        """Contacts with the four things that support knows (M2); addresses under .example."""
        names = ("id", "name", "email", "phone", "company_id", "sources", "added_at")

        def lines() -> Iterator[str]:
            for index in range(self.contacts):
                key = self.contact_id + index
                company = self.company_id + self._company(index)
                name = self.words.names[index * 7 & MASK]
                phone = self.words.phones[index & MASK]
                yield (
                    f"{key}\t{name.full}\t{name.local}.{key}@foretag-{company}.example\t{phone}\t{company}\t{{}}"
                    f"\t{self.now}\n"
                )

        copy_text("support_contact", names, pools.chunked(lines()))
        move_id("support_contact", self.contact_id + self.contacts - 1)

    def _moment(self, index: int) -> tuple[Moment, bool]:
        """When case `index` was, and whether it is closed."""
        if self.spread.is_due(index):
            return self.past[index * 5 & MASK], True
        return self.recent[index * 3 & MASK], index % 2 == 0

    def _contact(self, index: int) -> int:
        """The contact of case `index`: the first contacts have five due cases each and nothing else."""
        leaving = self.spread.due // (2 * CASES_PER_CONTACT)
        rank = self.spread.rank(index)
        if rank < leaving * CASES_PER_CONTACT:
            return rank // CASES_PER_CONTACT
        return leaving + index * self.salt % (self.contacts - leaving)

    def _company(self, contact: int) -> int:
        return min(contact // CONTACTS_PER_COMPANY, self.companies - 1)

    def write_cases(self) -> None:
        """The cases; their numbers go on after the last one given."""
        number = next_number("support_case_number", self.cases)
        names = (
            "id", "number", "contact_id", "company_id", "subject", "description", "technical_information", "product",
            "status", "priority", "source", "assignee", "solution", "opened_at", "last_contact_at", "closed_at",
        )  # fmt: skip

        def lines() -> Iterator[str]:
            for index in range(self.cases):
                moment, closed = self._moment(index)
                contact = self._contact(index)
                state = "closed" if closed else "open"
                solution = self.words.solutions[index * 11 & MASK] if closed else NULL
                yield (
                    f"{self.case_id + index}\t{number + index}\t{self.contact_id + contact}"
                    f"\t{self.company_id + self._company(contact)}\t{self.words.cases[index * 11 & MASK]}"
                    f"\t{state}\tnormal\tsupport\tAlva Ekdal\t{solution}\t{moment.began}\t{moment.between[1]}"
                    f"\t{moment.ended if closed else NULL}\n"
                )

        copy_text("support_case", names, pools.chunked(lines()))
        move_id("support_case", self.case_id + self.cases - 1)

    def write_messages(self, messages: int) -> None:
        """The messages, dealt out evenly: ours and theirs by turns."""
        names = (
            "id",
            "case_id",
            "contact_id",
            "direction",
            "author",
            "subject",
            "body",
            "sent_at",
        )

        def lines() -> Iterator[str]:
            for index in range(messages):
                turn, case = divmod(index, self.cases)
                ours = turn % 2 == 0
                moment, _ = self._moment(case)
                key = self.message_id + index
                said = (
                    f"out\tAlva Ekdal\tSv: ärende\t{self.words.ours[index & MASK]}"
                    if ours
                    else (f"in\t{NULL}\tSv: ärende\t{self.words.theirs[index & MASK]}")
                )
                yield (
                    f"{key}\t{self.case_id + case}\t{self.contact_id + self._contact(case)}\t{said}"
                    f"\t{moment.between[1 if turn else 0]}\n"
                )

        if messages:
            copy_text("support_message", names, pools.chunked(lines()))
            move_id("support_message", self.message_id + messages - 1)


def next_number(sequence: str, count: int) -> int:
    """Takes `count` numbers of a series at once; the first of them."""
    first = _nextval(sequence)
    if count > 1:
        move_sequence(sequence, first + count - 1)
    return first


def _nextval(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])


def make_simple_rows(
    *, kind: str = "crm.prospect", rows: int, due: int, seed: int = 1, now: datetime, period: Period = A_YEAR
) -> Volume:
    """Write `rows` records without parts, exactly `due` of them begun longer than `period` ago.

    kind: "crm.prospect" (never in dialogue, added then; each with a contact of its own) or
    "support.suggestion" (given then; no person at all). ValueError for another.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    today = now.astimezone(ZoneInfo(ZONE)).date()
    past, recent = (
        pools.moments(rng, first=first, last=last, zone=ZONE)
        for first, last in (pools.due_days(period, today=today), pools.waiting_days(period, today=today))
    )
    spread = Spread(rows, due)

    def began(index: int) -> str:
        return (past if spread.is_due(index) else recent)[index * 5 & MASK].ended

    with by_index():
        if kind == "crm.prospect":
            tables = _prospects(rows, began, pools.words(rng))
        elif kind == "support.suggestion":
            tables = _suggestions(rows, began, pools.words(rng))
        else:
            raise ValueError("no simple rows of this kind: choose crm.prospect or support.suggestion")
    return Volume(tables, due)


def _prospects(rows: int, began: Callable[[int], str], words: Words) -> dict[str, int]:
    contact, relation = next_id("crm_contact"), next_id("crm_relation")

    def contacts() -> Iterator[str]:
        for index in range(rows):
            name = words.names[index & MASK]
            address = f"{name.local}.{contact + index}@prospekt.example"
            yield f"{contact + index}\t{name.full}\t{address}\t{{}}\t{began(index)}\n"

    def relations() -> Iterator[str]:
        for index in range(rows):
            yield f"{relation + index}\tprospect\t{contact + index}\tdemo request\t{began(index)}\tf\t0\n"

    copy_text("crm_contact", ("id", "name", "email", "sources", "added_at"), pools.chunked(contacts()))
    names = ("id", "role", "contact_id", "source", "added_at", "company_dialogue", "sales_open")
    copy_text("crm_relation", names, pools.chunked(relations()))
    move_id("crm_contact", contact + rows - 1)
    move_id("crm_relation", relation + rows - 1)
    return {"crm_contact": rows, "crm_relation": rows}


def _suggestions(rows: int, began: Callable[[int], str], words: Words) -> dict[str, int]:
    key = next_id("support_suggestion")

    def lines() -> Iterator[str]:
        for index in range(rows):
            yield f"{key + index}\tNavet Order\t{words.solutions[index & MASK]}\tnew\t{began(index)}\n"

    copy_text("support_suggestion", ("id", "product", "text", "status", "given_at"), pools.chunked(lines()))
    move_id("support_suggestion", key + rows - 1)
    return {"support_suggestion": rows}
