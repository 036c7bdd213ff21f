"""The register of processing activities (Article 30.1), from the same file and in the same sentences as the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gallra.kinds import Kinds, Text
from gallra.policy.law import Law
from gallra.policy.model import Policy, Purpose
from gallra.policy.wording.grammar import Lang, capital, listed, titles
from gallra.policy.wording.page import page
from gallra.policy.wording.sentences.keeping import obligation
from gallra.policy.wording.sentences.places import within
from gallra.policy.wording.structure import Page
from gallra.policy.wording.words import BASES, FIELDS, HOLDS, PERSONAL_KINDS, ROLES, word
from gallra.policy.wording.writing import Writer


@dataclass(frozen=True, slots=True)
class Activity:
    """One processing activity: a purpose, or record kinds that none names. Every value is a phrase or whole sentences.

    people, data: the categories of persons and of data (30.1 c). recipients (d), transfers with their safeguards (e),
    periods (f): one text each.
    """

    purpose: str
    basis: str
    people: str
    data: str
    systems: str
    recipients: str
    transfers: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityRegister:
    """The whole register. controller: pairs of label and value (30.1 a); security: the measures (30.1 g)."""

    lang: Lang
    title: str
    controller: tuple[tuple[str, str], ...]
    activities: tuple[Activity, ...]
    security: tuple[str, ...]
    version: str


TITLE = Text("Register över behandlingar", "Record of processing activities")
COLUMNS: tuple[tuple[str, Text], ...] = (
    ("purpose", Text("Ändamål", "Purpose")),
    ("basis", Text("Rättslig grund", "Legal basis")),
    ("people", Text("Kategorier av registrerade", "Categories of data subjects")),
    ("data", Text("Kategorier av personuppgifter", "Categories of personal data")),
    ("systems", Text("System", "Systems")),
    ("recipients", Text("Mottagare", "Recipients")),
    ("transfers", Text("Överföring till tredjeland", "Transfers to third countries")),
    ("periods", Text("Lagringstid", "Time limits")),
)
"""The attributes of an `Activity` with their headings, in order."""

CONTROLLER = Text("Personuppgiftsansvarig", "Controller")
SECURITY = Text("Säkerhetsåtgärder", "Security measures")
_LABELS = {
    "name": Text("Namn", "Name"),
    "organisation_number": Text("Organisationsnummer", "Organisation number"),
    "address": Text("Postadress", "Postal address"),
    "phone": Text("Telefon", "Telephone"),
    "email": Text("E-post", "E-mail"),
    "website": Text("Webbplats", "Website"),
}
_OFFICER = Text("Dataskyddsombud", "Data protection officer")
_NOT_STATED = Text("Anges inte i policyn.", "Not stated in the policy.")
_NONE = Text("Inga.", "None.")
_NOT_NEEDED = Text(
    "Behövs inte, för inga personuppgifter används.", "Not needed, for no personal data is used."
)
_NO_PURPOSE = Text("Policyn anger inget ändamål.", "The policy states no purpose.")
_MEASURES = (
    Text(
        "Varje register har sina egna kontaktpersoner: det som lämnats för ett ändamål syns inte i ett annat.",
        "Each register has contacts of its own: what was given for one purpose cannot be seen in another.",
    ),
    Text(
        "Bara de uppgifter som ett ändamål kräver kan sparas.",
        "Only the data that a purpose needs can be stored.",
    ),
    Text(
        "Uppgifter vars tid har gått ut gallras av sig själva, och varje gallring antecknas i en gallringsjournal utan"
        " personuppgifter.",
        "Data whose time is up is removed by itself, and every removal is recorded in a ledger without personal"
        " data.",
    ),
    Text(
        "Bifogade dokument lagras krypterade, vart och ett med en egen nyckel.",
        "Attached documents are stored encrypted, each with a key of its own.",
    ),
    Text(
        "Databasen arbetar med två roller; den som programmet använder kan inte ändra gallringsjournalen.",
        "The database works with two roles; the one that the program uses cannot change the ledger.",
    ),
    Text(
        "Anslutningar till andra värdar än dem som policyn anger nekas.",
        "Connections to hosts other than those the policy names are refused.",
    ),
)


def register(policy: Policy, *, kinds: Kinds, law: Law, lang: Lang) -> ActivityRegister:
    """The register in one language; what the policy leaves out is said to be left out."""
    w = Writer(policy, kinds, law, lang)
    worded = page(policy, kinds=kinds, law=law, lang=lang)
    activities = [_activity(w, worded, key, purpose) for key, purpose in policy.purpose.items()]
    named = {kind for purpose in policy.purpose.values() for kind in purpose.records}
    for kind in policy.records():
        if kind not in named:
            activities.append(_aimless(w, worded, kind))
    return ActivityRegister(
        lang=lang,
        title=w.pick(TITLE),
        controller=tuple(_controller(w)),
        activities=tuple(activities),
        security=tuple(w.pick(measure) for measure in _MEASURES),
        version=policy.version,
    )


def _controller(w: Writer) -> Iterator[tuple[str, str]]:
    for attribute, label in _LABELS.items():
        value = getattr(w.policy.controller, attribute)
        if value or attribute != "website":
            yield w.pick(label), value or w.pick(_NOT_STATED)
    if officer := w.policy.controller.officer:
        yield (
            w.pick(_OFFICER),
            ", ".join(part for part in (officer.name, officer.email, officer.phone) if part),
        )


def _activity(w: Writer, worded: Page, key: str, purpose: Purpose) -> Activity:
    return Activity(
        purpose=f"{capital(w.pick(purpose.text))}.",
        basis=_basis(w, worded, f"purpose.{key}", purpose),
        people=_people(w, purpose.records),
        data=_data(w, purpose.fields, purpose.records),
        systems=_systems(w, purpose.records),
        recipients=_recipients(w, purpose.records),
        transfers=_transfers(w, worded, purpose.records),
        periods=_periods(w, worded, purpose.records),
    )


def _aimless(w: Writer, worded: Page, kind: str) -> Activity:
    records = (kind,)
    return Activity(
        purpose=f"{capital(w.kind(kind).noun.many[w.lang])}. {w.pick(_NO_PURPOSE)}",
        basis=w.pick(_NOT_STATED),
        people=_people(w, records),
        data=_data(w, None, records),
        systems=_systems(w, records),
        recipients=_recipients(w, records),
        transfers=_transfers(w, worded, records),
        periods=_periods(w, worded, records),
    )


def _basis(w: Writer, worded: Page, place: str, purpose: Purpose) -> str:
    if purpose.basis is None:
        return w.pick(_NOT_STATED if purpose.fields != () else _NOT_NEEDED)
    said = f"{capital(word(BASES, purpose.basis, w.lang))}."
    more = {purpose.statute, purpose.interest.text[w.lang] if purpose.interest else None} - {None}
    for sentence in worded.sentences():
        if sentence.place == place and any(str(part).rstrip(".") in sentence.text for part in more):
            said += f" {sentence.text}"
    return said


def _people(w: Writer, records: tuple[str, ...]) -> str:
    found: dict[str, None] = {}
    for kind in w.all_kinds(records):
        if kind.name in PERSONAL_KINDS:
            found[kind.noun.many[w.lang]] = None
        paths = () if kind.name in PERSONAL_KINDS else kind.people
        for path in (*paths, *(path for part in kind.parts for path in part.people)):
            found[ROLES[path.role.en][w.lang] if path.role.en in ROLES else path.role[w.lang]] = None
    return f"{capital(listed(found, w.lang))}." if found else w.pick(_NONE)


def _data(w: Writer, fields: tuple[str, ...] | None, records: tuple[str, ...]) -> str:
    """The fields of the person, and what the systems of those records hold besides."""
    parts = [f"{capital(listed((word(FIELDS, f, w.lang) for f in fields), w.lang))}."] if fields else []
    if fields is None:
        parts.append(w.pick(_NOT_STATED))
    holds: dict[str, None] = {}
    for system in w.policy.system.values():
        for hold in system.holds or ():
            if any(hold in kind.holds for kind in w.all_kinds(r for r in records if r in system.records)):
                holds[word(HOLDS, hold, w.lang)] = None
    if holds:
        parts.append(f"{capital(listed(holds, w.lang))}.")
    return " ".join(parts) or w.pick(_NONE)


def _keys(w: Writer, records: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key, system in w.policy.system.items() if set(system.records) & set(records))


def _systems(w: Writer, records: tuple[str, ...]) -> str:
    return f"{titles((w.pick(w.policy.system[key].title) for key in _keys(w, records)), w.lang)}."


def _recipients(w: Writer, records: tuple[str, ...]) -> str:
    """Who runs or receives the systems of those records, each with where."""
    found: dict[str, None] = {}
    for key in _keys(w, records):
        system = w.policy.system[key]
        found.update(dict.fromkeys(system.recipients))
        if system.place:
            found.update(dict.fromkeys(w.policy.place[system.place].by))
    said = []
    for name in found:
        recipient = w.policy.recipient[name]
        place = w.policy.place[recipient.place] if recipient.place else None
        code = (place.country or place.region) if place else None
        said.append(f"{recipient.name} ({within(code, w.lang)})" if code else recipient.name)
    if said:
        return f"{listed(said, w.lang)}."
    return w.pick(_NOT_STATED if _unplaced(w) else _NONE)


def _unplaced(w: Writer) -> bool:
    """Whether the policy names a recipient of whom it does not say which data it gets."""
    placed = {name for system in w.policy.system.values() for name in system.recipients}
    placed |= {name for place in w.policy.place.values() for name in place.by}
    return bool(set(w.policy.recipient) - placed)


def _transfers(w: Writer, worded: Page, records: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of every place outside the EEA where those records are, or where their recipients are."""
    places: dict[str, None] = {}
    for key in _keys(w, records):
        system = w.policy.system[key]
        at = [system.place, *(w.policy.recipient[name].place for name in system.recipients)]
        places.update((place, None) for place in at if place and _abroad(w, place))
    said = [s for s in worded.sentences() if s.place in {f"place.{place}" for place in places}]
    texts = tuple(f"{s.text} {s.outdated}" if s.outdated else s.text for s in said)
    if texts:
        return texts
    return (w.pick(_NONE if all(w.policy.system[key].place for key in _keys(w, records)) else _NOT_STATED),)


def _abroad(w: Writer, name: str) -> bool:
    place = w.policy.place[name]
    return place.safeguard is not None or w.law.needs_safeguard(place.country, place.region)


def _periods(w: Writer, worded: Page, records: tuple[str, ...]) -> tuple[str, ...]:
    rules = [(f"retention[{n}]", rule.records) for n, rule in enumerate(w.policy.retention)]
    rules += [(f"review[{n}]", rule.records) for n, rule in enumerate(w.policy.review)]
    places = {place for place, named in rules if set(named) & set(records)}
    said = tuple(s.text for s in worded.sentences() if s.place in places and not s.gap)
    accounting = tuple(kind for kind in w.all_kinds(records) if kind.accounting)
    if accounting:
        said += tuple(obligation(floor, accounting, w.lang) for floor in w.law.obligations)
    return said or (w.pick(_NOT_STATED),)
