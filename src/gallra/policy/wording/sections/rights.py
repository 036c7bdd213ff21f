"""What people may ask: rights and how to use them, the objection apart (Article 21.4), the forms, the complaint."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.model import Form, Rights
from gallra.policy.wording.grammar import dated, sentence
from gallra.policy.wording.sentences import rights
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import Writer
from gallra.policy.words import RIGHTS_OF_LAW

PLACE = "rights"
APART = ("objection", "complaint")
"""Rights with a section of their own."""


def sections(w: Writer) -> Iterator[Section]:
    """The rights; the objection, set apart; the forms; the complaint."""
    w.part = PLACE
    stated = w.policy.rights or Rights()
    yield Section(PLACE, w.pick(Text("Dina rättigheter", "Your rights")), tuple(_rights(w, stated)))
    if "objection" in stated.offered:
        said = w.say(rights.right("objection", w.lang), PLACE, aspect="objection")
        yield Section(
            "objection", w.pick(Text("Rätten att invända", "The right to object")), (said,), prominent=True
        )
    forms = tuple(s for key, form in w.policy.form.items() for s in _form(w, f"form.{key}", form))
    if forms:
        yield Section("forms", w.pick(Text("Formulär", "Forms")), forms)
    complaint = tuple(_complaint(w, stated))
    if complaint:
        yield Section("complaint", w.pick(Text("Om du vill klaga", "If you want to complain")), complaint)


def _rights(w: Writer, stated: Rights) -> Iterator[Sentence]:
    place = PLACE if w.policy.rights else None
    for name in stated.offered:
        if name not in APART:
            yield w.say(rights.right(name, w.lang), place, aspect=name, reading=name == "erasure")
        if name == "withdrawal" and stated.withdrawal:
            yield w.say(sentence(w.pick(stated.withdrawal)), place)
        if name == "erasure":
            yield w.say(rights.kept_by_law(w.lang))
        if name == "erasure" and stated.erasure_of == "wrong data":
            yield w.say(rights.only_wrong(w.lang), place, gap=True)
    if stated.withdrawal and "withdrawal" not in stated.offered:
        yield w.say(sentence(w.pick(stated.withdrawal)), place)
    if {"rectification", "erasure", "restriction"} & set(stated.offered):
        yield w.say(rights.recipients_told(w.lang))
    if stated.channels:
        controller = w.policy.controller
        said = rights.channels(
            stated.channels,
            w.lang,
            email=controller.email,
            phone=controller.phone,
            address=controller.address,
        )
        yield w.say(said, place, aspect="channels")
    else:
        yield w.say(rights.channels_missing(w.lang), place, gap=True)
    yield w.say(rights.answer(w.lang))
    if stated.automated_decisions:
        yield w.say(sentence(w.pick(stated.automated_decisions)), place)
    else:
        yield w.say(rights.decisions_missing(w.lang), place, gap=True)
    if absent := _absent(w, stated):
        yield w.say(rights.not_offered(absent, w.lang), place, gap=True, aspect="others")


def _absent(w: Writer, stated: Rights) -> tuple[str, ...]:
    """What the law gives and the file does not mention: withdrawal where something rests on consent, the complaint
    always.
    """
    lawful: list[str] = [*RIGHTS_OF_LAW]
    if any(purpose.basis == "consent" for purpose in w.policy.purpose.values()):
        lawful.append("withdrawal")
    lawful.append("complaint")
    return tuple(name for name in lawful if name not in stated.offered)


def _form(w: Writer, place: str, form: Form) -> Iterator[Sentence]:
    """A form that stops mailings is told step by step (S19–S22); any other by what it does."""
    if "stop mailings" in form.does:
        yield w.say(rights.stop_at_once(w.lang), place, aspect="stop")
    if "erasure" in form.does and "stop mailings" in form.does:
        yield w.say(rights.stop_erases(w.lang), place, aspect="erase")
    others = tuple(
        what
        for what in form.does
        if what not in ("stop mailings", "erasure") or "stop mailings" not in form.does
    )
    if others:
        title = w.pick(form.title) if form.title else None
        yield w.say(rights.form_does(others, title, w.lang), place, aspect="lead")
    if form.confirm:
        said = rights.stop_confirmed(w.lang) if "erasure" in form.does else rights.form_confirmed(w.lang)
        yield w.say(said, place, aspect="confirm")
    if form.asks:
        yield w.say(rights.stop_reason(w.lang), place, aspect="asks")


def _complaint(w: Writer, stated: Rights) -> Iterator[Sentence]:
    named = w.policy.controller.authority
    if named is None and "complaint" not in stated.offered:
        return
    if named is None:
        yield w.say(rights.complaint(None, w.lang), PLACE, aspect="authority")
        return
    known, renamed = w.law.authority(named), w.law.renamed(named)
    outdated = None
    if renamed:
        outdated = rights.renamed(named, dated(renamed.since, w.lang), w.pick(renamed.title), w.lang)
    authority = w.pick(known.title) if known else named
    yield w.say(rights.complaint(authority, w.lang), "controller", aspect="authority", outdated=outdated)
    if known:
        yield w.say(
            rights.authority_reached(known.short, known.address, known.email, known.url, w.lang), "controller"
        )
