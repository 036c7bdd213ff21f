"""Who is responsible: identity, contact details, the acts that are followed."""

from __future__ import annotations

from gallra.kinds import Text
from gallra.policy.model import Officer
from gallra.policy.wording.grammar import dated, listed
from gallra.policy.wording.sentences import who
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import Writer

PLACE = "controller"


def section(w: Writer) -> Section:
    """The controller."""
    w.part = "controller"
    said = [
        w.say(
            who.identity(w.policy.controller.name, w.policy.controller.organisation_number, w.lang),
            PLACE,
            aspect="lead",
        ),
        _contact(w),
    ]
    if officer := w.policy.controller.officer:
        said.append(w.say(who.officer(_reached(officer), w.lang), PLACE))
    if w.policy.controller.follows:
        said.append(_follows(w))
    return Section("controller", w.pick(Text("Vem som ansvarar", "Who is responsible")), tuple(said))


def _contact(w: Writer) -> Sentence:
    controller = w.policy.controller
    details = {
        "number": controller.organisation_number,
        "address": controller.address,
        "phone": controller.phone,
        "email": controller.email,
        "website": controller.website,
    }
    missing = who.contact_missing(details, w.lang)
    if not any(value for key, value in details.items() if key != "number"):
        return w.say(missing or "", PLACE, aspect="contact", gap=True)
    return w.say(who.contact(controller.name, details, w.lang), PLACE, aspect="contact", outdated=missing)


def _reached(officer: Officer) -> str:
    return ", ".join(part for part in (officer.name, officer.email, officer.phone) if part)


def _follows(w: Writer) -> Sentence:
    controller = w.policy.controller
    acts = [(word, w.law.act(word)) for word in controller.follows]
    titles = tuple(w.pick(act.title) if act else word for word, act in acts)
    notes = []
    for _, act in acts:
        if act and act.repealed:
            instead = listed((w.pick(new.title) for new in w.law.acts_by_id(act.replaced_by)), w.lang)
            notes.append(who.repealed(w.pick(act.title), dated(act.repealed, w.lang), instead, w.lang))
    return w.say(
        who.follows(controller.name, titles, w.lang),
        PLACE,
        aspect="follows",
        outdated=" ".join(notes) or None,
    )
