"""Random policies, histories, holds and days, and how they are put into the registers' tables."""

from __future__ import annotations

import calendar
import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from gallra.engine.days import midnight
from gallra.policy.periods import Period
from gallra.policy.rules import Obligation, Rule, Rules
from gallra.registers.crm.models import Contact as CrmContact
from gallra.registers.crm.models import Relation
from gallra.registers.directory.models import Company
from gallra.registers.finance.models import Agreement, Invoice
from gallra.registers.finance.models import Contact as FinanceContact
from gallra.registers.support.models import Case, Message
from gallra.registers.support.models import Contact as SupportContact
from gallra.running.models import Hold
from tests.engine.oracle import LAST_AGREEMENT, Firm, Law, PersonHold, Thing

_numbers = itertools.count(500_000)
CONTACTS: dict[str, Any] = {"support": SupportContact, "crm": CrmContact, "finance": FinanceContact}
ZONES = ("Europe/Stockholm", "America/Havana", "Pacific/Apia", "UTC", "Asia/Kathmandu")
DAYS = (
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 12, 31),
    date(2027, 1, 1),
)
PERIODS = ((0, 1), (1, 0), (3, 0), (12, 0), (24, 0), (36, 0), (0, 30), (1, 15))
MOMENTS = (timedelta(0), timedelta(microseconds=-1), timedelta(hours=12), timedelta(hours=23, minutes=59))
"""From the first moment of a day: also the last one of the day before."""
EVENTS = {
    "support.case": ("the case was closed", "the case was opened", "last contact", LAST_AGREEMENT),
    "crm.prospect": ("added", "last contact with the company", LAST_AGREEMENT),
    "crm.customer": ("became a customer",),
    "finance.invoice": ("the agreement ended", "the invoice was issued"),
}


@dataclass
class Scene:
    day: date
    zone: str
    now: datetime
    laws: list[Law]
    things: list[Thing]
    holds: list[PersonHold]
    years: int | None

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def rules(self) -> Rules:
        """The laws as the engine gets them."""
        made = tuple(
            Rule(
                id=f"R{n} {law.kind}",
                promises=(f"R{n}",),
                place=f"retention[{n}]",
                kind=law.kind,
                action=law.action,  # type: ignore[arg-type]
                event=law.event,
                period=Period(law.months, law.days),
                when="dialogue with the company" if law.when is True else None,
                unless="dialogue with the company" if law.when is False else None,
                sooner=LAST_AGREEMENT if law.sooner else None,
            )
            for n, law in enumerate(self.laws)
        )
        obligations = (Obligation("law", "lag", "act", self.years),) if self.years else ()
        return Rules("0" * 64, self.zone, made, obligations, dict.fromkeys(EVENTS), tuple(EVENTS))


@st.composite
def laws(draw: st.DrawFn) -> list[Law]:
    found: list[Law] = []
    for kind in draw(st.lists(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=4)):
        event = draw(st.sampled_from(EVENTS[kind]))
        months, days = draw(st.sampled_from(PERIODS))
        if kind == "crm.customer":
            found.append(Law(kind, "review", event, months, days, sooner=draw(st.booleans())))
            continue
        archive = kind == "support.case" and event == "the case was closed" and draw(st.booleans())
        when = draw(st.sampled_from((None, True, False))) if kind == "crm.prospect" else None
        found.append(Law(kind, "archive" if archive else "erase", event, months, days, when))
    return found


@dataclass
class Drawing:
    """Draws the records of a scene, each with dates near those on which its own laws turn."""

    draw: st.DrawFn
    day: date
    tz: ZoneInfo
    laws: list[Law]

    def near(self, kind: str) -> date:
        """A day on which something turns: a period before the day, give or take a little."""
        mine = [law for law in self.laws if law.kind == kind] or self.laws
        months, days = self.draw(st.sampled_from([(law.months, law.days) for law in mine]))
        start = self.day - timedelta(days=days)
        year, month = divmod(start.year * 12 + start.month - 1 - months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        turn = date(year, month + 1, min(start.day, last))
        return min(turn + timedelta(days=self.draw(st.sampled_from((0, 0, 1, -1, 2, -4)))), self.day)

    def moment(self, kind: str) -> datetime:
        """Near the first or last minute of such a day, in the zone."""
        return midnight(self.near(kind), self.tz) + self.draw(st.sampled_from(MOMENTS))

    def maybe(self, value: Any) -> Any:
        return value if self.one_in(4, otherwise=True) else None

    def one_in(self, number: int, *, otherwise: bool = False) -> bool:
        """Whether this is one of so many; with otherwise, whether it is not."""
        return bool(self.draw(st.integers(0, number - 1))) is otherwise

    def firm(self, kind: str) -> Firm | None:
        sort = self.draw(st.integers(0, 3))
        return None if sort == 0 else Firm(int(sort == 1), self.maybe(self.near(kind)))

    def person(self) -> int | None:
        return self.draw(st.integers(0, 2)) if self.draw(st.booleans()) else None

    def thing(self) -> Thing:
        ruled = [law.kind for law in self.laws]
        kind = self.draw(st.sampled_from([*ruled, *ruled, *sorted(EVENTS)]))
        thing = Thing(kind, {}, firm=self.firm(kind), contact=self.person())
        {"support": self.case, "crm": self.relation, "finance": self.invoice}[kind.split(".")[0]](thing)
        if self.one_in(5):
            begins = self.day + timedelta(days=self.draw(st.integers(-2, 1)))
            until = self.maybe(self.day + timedelta(days=self.draw(st.integers(-1, 1))))
            thing.held = [(begins, None if until is None else max(begins, until))]
        return thing

    def case(self, thing: Thing) -> None:
        thing.dates = {
            "the case was closed": self.maybe(self.moment(thing.kind)),
            "the case was opened": self.moment(thing.kind),
            "last contact": self.maybe(self.moment(thing.kind)),
        }
        thing.writer = self.person()

    def relation(self, thing: Thing) -> None:
        if thing.kind == "crm.prospect":
            thing.flag = self.draw(st.booleans())
            last = self.maybe(self.moment(thing.kind))
            thing.dates = {"added": self.moment(thing.kind), "last contact with the company": last}
            return
        thing.dates = {"became a customer": self.moment(thing.kind)}
        thing.reviewed = self.maybe(self.moment(thing.kind))
        thing.decided = self.one_in(5)

    def invoice(self, thing: Thing) -> None:
        issued = self.near(thing.kind)
        thing.agreement = self.one_in(4, otherwise=True)
        ended = self.near(thing.kind) if thing.agreement and self.draw(st.booleans()) else None
        thing.dates = {"the agreement ended": ended, "the invoice was issued": issued}
        thing.year_end = date(issued.year, 12, 31)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    day = draw(st.sampled_from(DAYS) | st.dates(date(2024, 1, 1), date(2027, 12, 31)))
    zone = draw(st.sampled_from(ZONES))
    tz = ZoneInfo(zone)
    drawing = Drawing(draw, day, tz, draw(laws()))
    things = [drawing.thing() for _ in range(draw(st.integers(1, 7)))]
    holds = [PersonHold(draw(st.integers(0, 2)), day, None)] if drawing.one_in(4) else []
    years = draw(st.sampled_from((None, 1, 2)))
    now = midnight(day, tz) + draw(st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=22)]))
    return Scene(day, zone, now, drawing.laws, things, holds, years)


def address(register: str, number: int) -> str:
    return f"{number}@{register}.example"


def put(scene: Scene) -> list[int]:
    """Make everything of a scene; the key of each thing. Contacts are made where something refers to them."""
    contacts: dict[tuple[str, int], int] = {}

    def contact(register: str, number: int | None) -> int | None:
        if number is None:
            return None
        if (register, number) not in contacts:
            made = CONTACTS[register].objects.create(name="Bo Ek", email=address(register, number))
            contacts[register, number] = made.pk
        return contacts[register, number]

    keys: list[int] = []
    for thing in scene.things:
        register = thing.kind.split(".")[0]
        firm = None
        if thing.firm is not None:
            firm = Company.objects.create(
                name="Exempel AB", agreements_open=thing.firm.open, agreements_until=thing.firm.until
            ).pk
        person = contact(register, thing.contact)
        key = _PUT[register](thing, person, firm)
        if register == "support" and thing.writer is not None:
            Message.objects.create(
                case_id=key, contact_id=contact("support", thing.writer), direction="in", body="Hej"
            )
        for begins, until in thing.held:
            Hold.objects.create(
                system=register, kind=thing.kind, key=str(key), ground="tvist", begins=begins, until=until, by="test",
                added_at=scene.now, salt=b"0" * 32,
            )  # fmt: skip
        keys.append(key)
    for hold in scene.holds:
        for register in CONTACTS:
            Hold.objects.create(
                email=address(register, hold.contact), ground="tvist", begins=hold.begins, until=hold.until, by="test",
                added_at=scene.now, salt=b"0" * 32,
            )  # fmt: skip
    return keys


def _put_case(thing: Any, contact: int | None, firm: int | None) -> int:
    closed = thing.dates["the case was closed"]
    made = Case.objects.create(
        number=next(_numbers), contact_id=contact, company_id=firm, subject="Fel",
        status="closed" if closed else "open",
        opened_at=thing.dates["the case was opened"], closed_at=closed, last_contact_at=thing.dates["last contact"],
    )  # fmt: skip
    return int(made.pk)


def _put_relation(thing: Any, contact: int | None, firm: int | None) -> int:
    far = datetime.combine(date(2030, 1, 1), time.min, UTC)
    if (contact is None and firm is None) or (
        contact is not None
        and firm is None
        and Relation.objects.filter(contact_id=contact, company=None).exists()
    ):  # the table wants a relation to be with somebody
        firm = Company.objects.create(name="Exempel AB").pk
        thing.firm = Firm()
    made = Relation.objects.create(
        role=thing.kind.split(".")[1], contact_id=contact, company_id=firm, source="staff",
        added_at=thing.dates.get("added") or far, became_customer_at=thing.dates.get("became a customer"),
        company_last_contact_at=thing.dates.get("last contact with the company"), company_dialogue=thing.flag,
        reviewed_at=thing.reviewed, erase_decided_at=thing.dates.get("became a customer") if thing.decided else None,
    )  # fmt: skip
    return int(made.pk)


def _put_invoice(thing: Any, contact: int | None, firm: int | None) -> int:
    agreement = None
    if thing.agreement:
        agreement = Agreement.objects.create(number=next(_numbers), starts_on=date(2000, 1, 1)).pk
    issued = thing.dates["the invoice was issued"]
    made = Invoice.objects.create(
        number=next(_numbers), agreement_id=agreement, agreement_ended_on=thing.dates["the agreement ended"],
        company_id=firm, contact_id=contact, issued_on=issued, due_on=issued,
        year_ends_on=thing.year_end, net=0, vat=0, total=0,
    )  # fmt: skip
    return int(made.pk)


_PUT = {"support": _put_case, "crm": _put_relation, "finance": _put_invoice}
