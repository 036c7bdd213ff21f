"""Support's cases: first their days and people, then, for those that retention has left, what was said in
them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from gallra.registers.generate import rows, texts
from gallra.registers.generate.cast import STAFF, Cast, House, Person
from gallra.registers.generate.clocks import Clocks
from gallra.registers.generate.store import History
from gallra.registers.generate.vocabulary import Trouble

CLOSED = "the case was closed"
FIRST_NUMBER = 10_001
RATE = 5.0
"""Cases that a customer opens in a year."""
SIGNED_IN = "last sign-in"
ACCOUNT_CLOSED = "the account was closed"


class Cases:
    """Tells the cases and accounts of one house at a time, then the suggestions."""

    def __init__(self, history: History, *, cast: Cast, clocks: Clocks, rng: random.Random) -> None:
        self.history, self.cast, self.clocks, self.rng = history, cast, clocks, rng
        self._people: dict[str, tuple[Person, ...]] = {}
        self._told: dict[int, tuple[Person, ...]] = {}

    def tell(self, house: House) -> None:
        """The cases of a house while it was a customer; a prospect may ask one question."""
        users = house.people[:4]
        first, last = house.began, min(house.fate.ended or self.clocks.today, self.clocks.today)
        if house.fate.role in ("prospect", "cold"):
            if self.rng.random() < 0.04:
                self._case(house, users, product=self.rng.choice(texts.PRODUCTS), first=first, last=last)
            return
        years = max((last - max(first, last - timedelta(days=5 * 365))).days / 365, 0.3)
        for _ in range(max(2 if house.fate.placed else 1, round(years * RATE * self.rng.uniform(0.3, 1.7)))):
            self._case(house, users, product=self.rng.choice(house.products), first=first, last=last)
        if "support.account" in self.clocks.rules.kinds:
            for user in users:
                if self.rng.random() < 0.5:
                    self._account(house, user, first=first)

    def _case(self, house: House, users: list[Person], *, product: str, first: date, last: date) -> None:
        opened, closed = self._days(first, last)
        reporter = self.rng.choice(users)
        opened_at = self.clocks.at(opened)
        # Closed at the end of a working day, so after the last word of that day.
        closed_at = max(opened_at, self.clocks.at(closed)) if closed else None
        contact = self._contact(reporter, house, opened_at)
        known = "company" in self.cast.fields("support.case")
        case = self.history.add(
            rows.Case(
                number=0, contact_id=contact.id, company_id=house.row.id if known else None, product=product,
                status="closed" if closed else "open",
                priority=self.rng.choice(("low", "normal", "normal", "normal", "high")),
                source="support",
                assignee=self.rng.choice(STAFF),
                opened_at=opened_at, last_contact_at=opened_at, closed_at=closed_at,
            )
        )  # fmt: skip
        others = [user for user in users if user is not reporter]
        self._told[case.id] = (reporter, *others[:1]) if others and self.rng.random() < 0.2 else (reporter,)
        if len(self._told[case.id]) > 1:
            other = self.cast.contact(
                rows.SupportContact,
                others[0],
                kind="support.case",
                house=None,
                at=opened_at,
                way="support",
                given=False,
            )
            self.history.add(rows.Concerned(case_id=case.id, contact_id=other.id, added_at=opened_at))

    def _days(self, first: date, last: date) -> tuple[date, date | None]:
        """The days a case was opened and closed on; not closed: still open."""
        today = self.clocks.today
        placed = self.clocks.placed("support.case", CLOSED, every=240)
        if placed and first <= placed <= today:
            return max(first, placed - timedelta(days=self.rng.randrange(12))), placed
        opened = self.clocks.between(max(first, last - timedelta(days=5 * 365)), last)
        closed = opened + timedelta(days=int(self.rng.expovariate(1 / 6)))
        forgotten = self.rng.random() < 0.004
        return opened, None if closed > today or forgotten else closed

    def _contact(self, person: Person, house: House, at: datetime) -> rows.SupportContact:
        return self.cast.contact(
            rows.SupportContact, person, kind="support.case", house=house, at=at, way="support"
        )

    def _account(self, house: House, user: Person, *, first: date) -> None:
        created = self.clocks.at(self.clocks.between(first, self.clocks.today))
        contact = self.cast.contact(
            rows.SupportContact, user, kind="support.account", house=house, at=created, way="account"
        )
        signed_in = self.clocks.at(self.clocks.day("support.account", SIGNED_IN, since=first))
        closed = self.rng.random() < 0.08
        closed_at = (
            self.clocks.at(self.clocks.day("support.account", ACCOUNT_CLOSED, every=12)) if closed else None
        )
        signed_in = min(signed_in, closed_at or signed_in)
        handle = f"{self.rng.getrandbits(128):032x}"
        self.history.add(
            rows.Account(
                contact_id=contact.id,
                handle="-".join(
                    (handle[:8], handle[8:12], "4" + handle[13:16], "8" + handle[17:20], handle[20:])
                ),
                created_at=min(created, signed_in),
                signed_in_at=signed_in,
                closed_at=closed_at,
            )
        )

    # --- what was said ---

    def number(self) -> None:
        """Numbers the cases in the order in which they were opened."""
        told = sorted(self.history.of(rows.Case), key=lambda row: (row.opened_at, row.id))
        for number, case in enumerate(told, start=FIRST_NUMBER):
            case.number = number

    def flesh(self, *, documents: int) -> None:
        """Words for every case that is not archived, what archiving leaves in the others, and so many
        documents."""
        for case in self.history.of(rows.Case):
            trouble = texts.trouble(self.rng, product=str(case.product))
            if case.closed_at and self.rng.random() < 0.85:
                case.solution = texts.solution(self.rng, trouble=trouble)
            if case.archived_at is None:
                self._words(case, trouble=trouble)
        living = [case for case in self.history.of(rows.Case) if case.archived_at is None]
        for case in self.rng.sample(living, min(documents, len(living))):
            self._document(case)

    def _words(self, case: rows.Case, *, trouble: Trouble) -> None:
        people = self._told[case.id]
        reporter = people[0]
        product = str(case.product)
        case.subject = texts.subject(self.rng, trouble=trouble)
        case.description = texts.description(
            self.rng, trouble=trouble, product=product, author=reporter.name.full, phone=reporter.phone
        )
        if self.rng.random() < 0.6:
            case.technical_information = texts.technical(self.rng, product=product)
        self._thread(case, people)
        if self.rng.random() < 0.25:
            self._note(case, reporter)

    def _thread(self, case: rows.Case, people: tuple[Person, ...]) -> None:
        """The e-mail dialogue: answers alternate, ours and theirs, each naming the letter that it answers."""
        end = case.closed_at or self.clocks.now
        sent, answers = case.opened_at, None
        for turn in range(self.rng.choice((1, 2, 2, 3, 3, 4, 5, 6))):
            sent += (end - sent) * self.rng.uniform(0.15, 0.6)
            ours = turn % 2 == 0
            person = people[0] if ours or len(people) == 1 else self.rng.choice(people)
            body = (
                texts.staff_reply(self.rng, to=person.name.given, by=str(case.assignee))
                if ours
                else texts.customer_reply(self.rng, author=person.name.full)
            )
            domain = "support.example" if ours else person.email.partition("@")[2]
            mail_id = f"<{case.number}.{turn}.{self.rng.getrandbits(32):08x}@{domain}>"
            self.history.add(
                rows.Message(
                    case_id=case.id, contact_id=self._known(person, case), direction="out" if ours else "in",
                    author=case.assignee if ours else None, subject=f"Sv: {case.subject} [{case.number}]", body=body,
                    mail_id=mail_id, answers=answers, sent_at=sent,
                )
            )  # fmt: skip
            answers, case.last_contact_at = mail_id, sent
            if case.closed_at is None:
                case.status = "waiting" if ours else "open"

    def _known(self, person: Person, case: rows.Case) -> int:
        return self.cast.known(rows.SupportContact, person).id

    def _note(self, case: rows.Case, person: Person) -> None:
        end = case.closed_at or self.clocks.now
        made = case.opened_at + (end - case.opened_at) * self.rng.random()
        self.history.add(
            rows.CaseNote(
                case_id=case.id, contact_id=self._known(person, case), channel="phone", author=case.assignee,
                text=texts.phone_note(self.rng, person=person.name.full), made_at=made,
            )
        )  # fmt: skip
        case.last_contact_at = max(made, case.last_contact_at or made)

    def _document(self, case: rows.Case) -> None:
        """A document that the reporter sent with the case; its bytes wait in the history to be encrypted."""
        name, about, media_type, inside = texts.document(self.rng)
        reporter = self._told[case.id][0]
        content = f"{inside}\n\n{reporter.name.full}, {reporter.email}\n".encode()
        row = rows.CaseDocument(
            case_id=case.id, contact_id=self._known(reporter, case), name=name, description=about,
            media_type=media_type, size=len(content), file="", secret=b"", added_at=case.opened_at,
        )  # fmt: skip
        self.history.keep_file(row, content)

    def suggestions(self, count: int) -> None:
        """Proposals for improvement, which outlive their cases without the person."""
        for _ in range(count):
            given = self.clocks.at(self.clocks.any_day())
            status = self.rng.choice(("new", "new", "planned", "done", "declined"))
            settled = self.clocks.later(given, days=120) if status in ("done", "declined") else None
            self.history.add(
                rows.Suggestion(
                    product=self.rng.choice(texts.PRODUCTS), text=texts.suggestion(self.rng), status=status,
                    given_at=given, settled_at=settled,
                )
            )  # fmt: skip
