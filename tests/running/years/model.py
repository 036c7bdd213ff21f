"""A company's records as dates alone, and what each of the four policies says happens to them: written from the
sentences, by hand. It reads no policy file, knows no SQL, and nothing of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.engine.oracle import plus

CRM = ("crm.prospect", "crm.customer", "crm.partner")


@dataclass(eq=False)
class Firm:
    """A company: the last day of each of its agreements (None: open), and sales' last two-way contact with it."""

    name: str
    ends: dict[int, date | None] = field(default_factory=dict)
    met: date | None = None

    @property
    def ended(self) -> date | None:
        """The day its last agreement ended; None while one is open, or where there never was one."""
        days = [day for day in self.ends.values() if day is not None]
        return max(days) if days and len(days) == len(self.ends) else None


@dataclass(eq=False)
class Thing:
    """A record: its firm, the addresses of everybody it concerns, and its days by name."""

    kind: str
    key: int
    firm: Firm | None = None
    people: set[str] = field(default_factory=set)
    days: dict[str, date] = field(default_factory=dict)
    agreement: Thing | None = None

    @property
    def register(self) -> str:
        return self.kind.split(".")[0]

    @property
    def met(self) -> date | None:
        return self.firm.met if self.firm else self.days.get("met")

    @property
    def ended(self) -> date | None:
        """The end of the agreement that a finance record belongs to."""
        of = self.agreement if self.kind == "finance.invoice" else self
        return of.days.get("ended") if of else None

    @property
    def year_end(self) -> date | None:
        """The last day of its financial year, here a calendar year."""
        day = self.days.get("issued") if self.kind == "finance.invoice" else self.ended
        return date(day.year, 12, 31) if day else None


@dataclass(eq=False)
class Hold:
    """What is held: one record, or everything of a person, from a day through another."""

    key: int
    thing: Thing | None
    address: str | None
    begins: date
    until: date | None
    released: bool = False

    def on(self, day: date) -> bool:
        return not self.released and self.begins <= day and (self.until is None or day <= self.until)


def past(since: date | None, day: date, *, months: int = 0, days: int = 0) -> bool:
    return since is not None and plus(since, months, days) <= day


class Model:
    """Everything the company holds. `night` does what the policy says on a day; the verbs are in acts.py."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self.things: list[Thing] = []
        self.firms: dict[str, Firm] = {}
        self.contacts: dict[tuple[str, str], Firm | None] = {}
        self.holds: list[Hold] = []
        self.wants: Callable[[Model, Thing, date], str] = POLICIES[policy]

    # --- what is there ---

    def firm_of(self, thing: Thing) -> Firm | None:
        """The firm whose agreements the record's clock stands on: its own, else its contact's."""
        if thing.kind in ("newsletter.subscription", "support.account"):
            return self.contacts[thing.register, min(thing.people)]
        return thing.firm

    def held(self, thing: Thing, day: date) -> bool:
        return any(
            hold.on(day) and (hold.thing is thing or hold.address in thing.people) for hold in self.holds
        )

    def obliged(self, thing: Thing, day: date) -> bool:
        """The Bookkeeping Act: through the seventh year after the one in which the financial year closed."""
        if thing.register != "finance":
            return False
        return thing.year_end is None or day <= date(thing.year_end.year + 7, 12, 31)

    def wanted(self, day: date) -> list[tuple[Thing, str]]:
        """What goes on that day, and how."""
        found = [(thing, self.wants(self, thing, day)) for thing in self.things]
        return [(t, verb) for t, verb in found if verb and not self.held(t, day) and not self.obliged(t, day)]

    def idle(self, day: date) -> set[tuple[str, str]]:
        """Contacts that nothing refers to and no hold keeps."""
        needed = {(t.register, address) for t in self.things for address in t.people}
        kept = {hold.address for hold in self.holds if hold.on(day)}
        return {c for c in self.contacts if c not in needed and c[1] not in kept}

    def reviews(self, day: date) -> set[int]:
        """Relations on which a person has to decide."""
        return {t.key for t in self.things if t.kind in CRM and review_due(self.policy, t, day)}

    # --- what happens ---

    def night(self, day: date) -> tuple[int, int, int]:
        """A night's sweep: how many records, contacts and companies go."""
        taken = self.wanted(day)
        for thing, verb in taken:
            if verb == "archive":
                thing.days["archived"] = day
                thing.people.clear()
                thing.firm = None
            else:
                self.things.remove(thing)
        contacts = self.idle(day)
        for contact in contacts:
            del self.contacts[contact]
        firms = {id(firm) for firm in self.contacts.values()} | {id(t.firm) for t in self.things}
        gone = [name for name, firm in self.firms.items() if id(firm) not in firms]
        for name in gone:
            del self.firms[name]
        for firm in self.firms.values():
            if not any(t.kind in CRM and t.firm is firm for t in self.things):
                firm.met = None  # sales know it no longer
        return len(taken), len(contacts), len(gone)

    def of(self, *kinds: str) -> Iterator[Thing]:
        return (thing for thing in self.things if thing.kind in kinds and "archived" not in thing.days)


# --- the policies, sentence by sentence ---


def s17(thing: Thing, day: date) -> bool:
    return thing.register == "finance" and past(thing.ended, day, months=7 * 12)


def s18(model: Model, thing: Thing, day: date) -> bool:
    firm = model.firm_of(thing)
    spared = thing.register == "finance" or thing.kind in ("support.account", "support.suggestion")
    return not spared and firm is not None and past(firm.ended, day, months=3 * 12)


def prospect(thing: Thing, day: date) -> bool:
    """M19 and M20: 24 months from the last contact where there has been dialogue, else 12 from the day added."""
    if thing.kind != "crm.prospect":
        return False
    if thing.met is not None:
        return past(thing.met, day, months=24)
    return past(thing.days["added"], day, months=12)


def unsubscribed(thing: Thing, day: date) -> bool:
    return thing.kind == "newsletter.subscription" and past(thing.days.get("ended"), day, days=30)


def unanswered(thing: Thing, day: date) -> bool:
    """Asked for, and the letter never answered."""
    asked = thing.kind == "newsletter.subscription" and "confirmed" not in thing.days
    return asked and past(thing.days["asked"], day, days=14)


def old_invoice(thing: Thing, day: date) -> bool:
    return thing.kind == "finance.invoice" and past(thing.year_end, day, months=8 * 12)


def swinx(model: Model, thing: Thing, day: date) -> str:
    return "erase" if s17(thing, day) or s18(model, thing, day) else ""


def swinx_mended(model: Model, thing: Thing, day: date) -> str:
    case = thing.kind == "support.case" and past(thing.days.get("closed"), day, months=60)
    licence = thing.kind == "licensing.licence" and past(thing.days.get("expires"), day, months=36)
    decided = thing.kind in ("crm.customer", "crm.partner") and "decided" in thing.days
    more = (
        case
        or licence
        or decided
        or prospect(thing, day)
        or unsubscribed(thing, day)
        or unanswered(thing, day)
    )
    return "erase" if more or old_invoice(thing, day) or swinx(model, thing, day) else ""


def munkeby(model: Model, thing: Thing, day: date) -> str:
    if thing.kind == "support.case":
        due = "archived" not in thing.days and past(thing.days.get("closed"), day, months=3)
        return "archive" if due else ""
    decided = thing.kind == "crm.customer" and "decided" in thing.days
    return "erase" if decided or prospect(thing, day) else ""


def munkeby_mended(model: Model, thing: Thing, day: date) -> str:
    former = thing.kind == "crm.customer" and thing.firm and past(thing.firm.ended, day, months=24)
    account = thing.kind == "support.account" and (
        past(thing.days.get("signed in"), day, months=24) or past(thing.days.get("closed"), day, days=30)
    )
    agreement = thing.kind == "finance.agreement" and past(thing.ended, day, months=7 * 12)
    more = former or account or agreement or old_invoice(thing, day) or unsubscribed(thing, day)
    more = more or unanswered(thing, day)
    return "erase" if more else munkeby(model, thing, day)


def review_due(policy: str, thing: Thing, day: date) -> bool:
    """M17 and M18; SWINX, mended, asks of customers and partners every other year."""
    reviewed = thing.days.get("reviewed")
    if "decided" in thing.days or policy == "swinx":
        return False
    if policy == "swinx-mended":
        since = thing.days["added"]
        return thing.kind in ("crm.customer", "crm.partner") and past(
            max(since, reviewed or since), day, months=24
        )
    if thing.kind != "crm.customer":
        return False
    ended = thing.firm.ended if thing.firm else None
    if ended is not None and ended <= day and (reviewed is None or reviewed < ended):
        return True
    since = thing.days["customer"]
    return past(max(since, reviewed or since), day, months=12)


POLICIES: dict[str, Callable[[Model, Thing, date], str]] = {
    "swinx": swinx,
    "swinx-mended": swinx_mended,
    "munkeby": munkeby,
    "munkeby-mended": munkeby_mended,
}
