"""Who receives the data: recipients, third parties, authorities."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.model import Recipient, Sharing
from gallra.policy.wording.sentences import places, sharing
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import ASPECTS, Writer


def section(w: Writer) -> Section:
    """Third parties, then every recipient in the order of the file."""
    w.part = "sharing"
    said = list(_sharing(w, w.policy.sharing)) if w.policy.sharing else []
    if w.policy.recipient:
        said += _recipients(w)
    elif w.policy.sharing is None:
        said.append(w.say(sharing.not_stated(w.lang), gap=True))
    title = w.pick(Text("Vilka som får del av uppgifterna", "Who receives the data"))
    return Section("sharing", title, tuple(said))


def _sharing(w: Writer, stated: Sharing) -> Iterator[Sentence]:
    if stated.third_parties == "never":
        yield w.say(sharing.never(w.lang), "sharing", aspect="lead")
    if stated.recipients == "none":
        yield w.say(
            sharing.nobody(w.lang), "sharing", aspect="lead" if stated.third_parties is None else None
        )
    elif stated.third_parties is None:
        yield w.say(sharing.not_stated(w.lang), "sharing", aspect="lead", gap=True)
    if stated.attested:
        yield w.say(places.attested(w.policy.controller.name, stated.attested.every, w.lang), "sharing")
    if stated.except_:
        yield w.say(sharing.exceptions(stated.except_, w.lang), "sharing", aspect="except")


def _recipients(w: Writer) -> Iterator[Sentence]:
    recipients = w.policy.recipient
    ids = (id for recipient in recipients.values() for id in recipient.promises)
    keeps = tuple(dict.fromkeys(id for id in ids if "overview" in ASPECTS.get(id, ())))
    yield w.say(sharing.recipients(tuple(r.name for r in recipients.values()), w.lang), keeps=keeps)
    silent: dict[tuple[str, ...], list[str]] = {}
    for key, recipient in recipients.items():
        yield from _recipient(w, f"recipient.{key}", recipient)
        if lacking := _lacking(w, key, recipient):
            silent.setdefault(lacking, []).append(recipient.name)
    for lacking, names in silent.items():
        yield w.say(sharing.recipient_missing(tuple(names), lacking, w.lang), gap=True)


def _recipient(w: Writer, place: str, recipient: Recipient) -> Iterator[Sentence]:
    name = recipient.name
    lead: str | None = "lead"
    if recipient.role or recipient.does:
        does = w.pick(recipient.does) if recipient.does else None
        yield w.say(sharing.role(name, recipient.role, does, w.lang), place, aspect=lead)
        lead = None
    if recipient.place:
        at = w.policy.place[recipient.place]
        where = at.country or at.region
        if where:
            yield w.say(sharing.where(name, places.within(where, w.lang), w.lang), place, aspect=lead)
            lead = None
    if recipient.agreement:
        agreement = recipient.agreement
        yield w.say(sharing.agreement(name, agreement.date, agreement.reference, w.lang), place, aspect=lead)
        lead = None
    if recipient.policy:
        said = sharing.own_policy(name, recipient.policy.title, recipient.policy.url, w.lang)
        yield w.say(said, place, aspect=lead)
        lead = None
    if lead:
        yield w.say(sharing.named(name, w.lang), place, aspect=lead)


def _lacking(w: Writer, key: str, recipient: Recipient) -> tuple[str, ...]:
    """What Articles 13 and 28 ask for and the file leaves out."""
    placed = recipient.place or any(key in place.by for place in w.policy.place.values())
    agreed = recipient.agreement or recipient.role == "controller"
    stated = {"role": recipient.role, "place": placed, "agreement": agreed}
    return tuple(what for what, value in stated.items() if not value)
