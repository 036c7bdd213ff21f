"""Where the data is: every system with what it holds, and every place."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.model import Place, System
from gallra.policy.wording.grammar import dated, listed
from gallra.policy.wording.sentences import places
from gallra.policy.wording.sentences.keeping import subjects
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import ASPECTS, Writer


def section(w: Writer) -> Section:
    """The systems in the order of the file, then the places, then staff."""
    w.part = "systems"
    said = [_overview(w)]
    for key, system in w.policy.system.items():
        said += _system(w, f"system.{key}", system)
    silent = tuple(w.pick(system.title) for system in w.policy.system.values() if system.holds is None)
    if silent:
        said.append(w.say(places.holds_missing(silent, w.lang), gap=True))
    for key, place in w.policy.place.items():
        said += _place(w, key, place)
    nowhere = tuple(w.pick(system.title) for system in w.policy.system.values() if system.place is None)
    if nowhere:
        said.append(w.say(places.place_missing(nowhere, w.lang), gap=True))
    said += _staff(w)
    return Section("systems", w.pick(Text("Var uppgifterna finns", "Where the data is")), tuple(said))


def _overview(w: Writer) -> Sentence:
    ids = (id for system in w.policy.system.values() for id in system.promises)
    keeps = tuple(dict.fromkeys(id for id in ids if "overview" in ASPECTS.get(id, ())))
    titles = tuple(w.pick(system.title) for system in w.policy.system.values())
    return w.say(places.overview(titles, w.lang), keeps=keeps)


def _system(w: Writer, place: str, system: System) -> Iterator[Sentence]:
    title = w.pick(system.title)
    about = subjects(w.all_kinds(system.records), w.lang)
    yield w.say(places.system_records(title, about, w.lang), place, aspect="lead", reading=True)
    if system.holds:
        yield w.say(places.system_holds(title, system.holds, w.lang), place, aspect="holds")
    if system.holds == ():
        yield w.say(places.system_holds_nothing(title, w.lang), place, aspect="holds")
    texts = tuple(
        w.pick(purpose.text)
        for purpose in w.policy.purpose.values()
        if set(purpose.records) & set(system.records)
    )
    named = {kind for purpose in w.policy.purpose.values() for kind in purpose.records}
    if texts and set(system.records) <= named:
        yield w.say(places.used_for(title, texts, w.lang), place, aspect="used")
    if system.prefilled_from:
        others = tuple(w.pick(w.policy.system[key].title) for key in system.prefilled_from)
        yield w.say(places.prefilled(title, others, w.lang), place)
    names = tuple(name for key in system.recipients if (name := w.policy.recipient[key].name) != title)
    if names:
        yield w.say(places.system_recipients(title, names, w.lang), place)


def _place(w: Writer, key: str, place: Place) -> Iterator[Sentence]:
    at = f"place.{key}"
    here = tuple(w.pick(system.title) for system in w.policy.system.values() if system.place == key)
    everything = len(here) == len(w.policy.system) and len(here) > 1
    by = tuple(w.policy.recipient[name].name for name in place.by)
    code = place.country or place.region
    server = places.servers(place.servers, by, places.within(code, w.lang) if code else "", w.lang)
    name = w.pick(place.title) if place.title else None
    if name and code and all(part in name for part in (places.country(code, w.lang), *by)) and by:
        name = None
    yield w.say(places.place(here, server, w.lang, everything=everything, name=name), at, aspect="lead")
    if not code:
        yield w.say(places.country_missing(w.lang), at, gap=True)
    if place.safeguard:
        known = w.law.safeguard(place.safeguard.kind)
        title = w.pick(known.title) if known else place.safeguard.kind
        void = None
        if known and known.void:
            instead = listed(
                (w.pick(s.title) for s in w.law.safeguards if s.id in known.instead), w.lang, last="or"
            )
            void = places.void(w.pick(known.title), dated(known.void, w.lang), known.because, instead, w.lang)
        said = places.safeguard(title, place.safeguard.checked, place.safeguard.reference, w.lang)
        yield w.say(said, at, aspect="safeguard", outdated=void)
    elif w.law.needs_safeguard(place.country, place.region):
        yield w.say(places.safeguard_missing(w.lang), at, gap=True)


def _staff(w: Writer) -> Iterator[Sentence]:
    staff = w.policy.staff
    if staff is None:
        return
    yield w.say(places.staff(staff.place, w.lang), "staff", aspect="lead")
    if staff.attested:
        yield w.say(places.attested(w.policy.controller.name, staff.attested.every, w.lang), "staff")
