"""The rest: backups, Gallra's own records, and what the policy says about itself."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Event, Text
from gallra.policy.law import OwnRecord, own_records
from gallra.policy.model import Retention
from gallra.policy.wording.grammar import sentence
from gallra.policy.wording.sentences import keeping, own, places
from gallra.policy.wording.structure import Section, Sentence
from gallra.policy.wording.writing import Writer


def sections(w: Writer) -> Iterator[Section]:
    """Backups and technical data; about this policy."""
    w.part = "own"
    said = (*_backups(w), *_own(w))
    yield Section(
        "own", w.pick(Text("Säkerhetskopior och tekniska uppgifter", "Backups and technical data")), said
    )
    w.part = "about"
    about = tuple(_about(w))
    yield Section("about", w.pick(Text("Om den här policyn", "About this policy")), about)


def _backups(w: Writer) -> Iterator[Sentence]:
    backups = w.policy.backups
    if backups is None:
        yield w.say(own.backups_missing(w.lang), gap=True)
        return
    more = w.pick(backups.text) if backups.text else None
    yield w.say(own.backups(backups.keep, w.lang, more=more), "backups", aspect="lead")
    if backups.place:
        place = w.policy.place[backups.place]
        by = tuple(w.policy.recipient[name].name for name in place.by)
        code = place.country or place.region
        server = places.servers(place.servers, by, places.within(code, w.lang) if code else "", w.lang)
        yield w.say(own.backups_place(server, w.lang), "backups")


def _own(w: Writer) -> Iterator[Sentence]:
    """What signing in, asking and running leave behind: the default, or the policy's own period where it names the
    kind.
    """
    yield w.say(own.intro(w.lang))
    for name, default in own_records().items():
        stated: list[tuple[str | None, Retention | OwnRecord]] = [
            (f"retention[{number}]", rule)
            for number, rule in enumerate(w.policy.retention)
            if name in rule.records
        ]
        for place, rule in stated or [(None, default)]:
            event = Event(rule.after, own.CLAUSES.get(rule.after, Text(rule.after, rule.after)))
            text = keeping.retention((w.kind(name),), event, rule.keep, rule.then, w.lang)
            yield w.say(text, place, aspect="lead" if place else None)
    yield w.say(own.suppression(w.lang))
    yield w.say(own.ledger(w.lang))


def _about(w: Writer) -> Iterator[Sentence]:
    for number, statement in enumerate(w.policy.statement):
        text = (
            sentence(w.pick(statement.text)) if statement.text else own.statement(statement.kept_by, w.lang)
        )
        yield w.say(text, f"statement[{number}]", aspect="lead")
    if w.policy.page.changes:
        yield w.say(sentence(w.pick(w.policy.page.changes)), "page")
    yield w.say(own.made_of_file(w.lang))
