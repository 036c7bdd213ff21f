"""How long: retentions, reviews, the statutory floor, holds, and what no period covers (S14, S17, S18, M16–M20)."""

from __future__ import annotations

import re

from gallra.kinds import Event, Flag, RecordKind, Text
from gallra.policy.rules import Action, Obligation
from gallra.policy.wording.grammar import Lang, listed, ordinal, sentence
from gallra.policy.wording.periods import Length, every, words
from gallra.policy.wording.words import PERSONAL_KINDS, REVIEW_ASKS, word

_VERBS: dict[Action, tuple[str, str]] = {
    "archive": ("arkiveras", "archived"),
    "erase": ("raderas", "erased"),
    "review": ("utvärderas", "reviewed"),
}
_SOONER = {
    "the company's last agreement ended": (
        "företagets sista avtal upphör",
        "the company's last agreement ends",
    ),
}
_WITHOUT = {
    "the company's last agreement ended": Text(
        "hos företag som aldrig har haft något avtal", "of companies that never had an agreement"
    ),
    "the agreement ended": Text("utan avtal", "without an agreement"),
}
_PRONOUN_FIRST = re.compile(r"^(vi|du|de|det|den) ")


def subject(kinds: tuple[RecordKind, ...], lang: Lang) -> str:
    """What a rule is about: "ett ärende", "avtal och fakturor", "uppgifter om kunder"; one kind alone in the
    singular.
    """
    return kinds[0].noun.one[lang] if _single(kinds) else subjects(kinds, lang)


def subjects(kinds: tuple[RecordKind, ...], lang: Lang) -> str:
    """The same, always in the plural: "ärenden och konton samt uppgifter om kunder"."""
    things = [kind.noun.many[lang] for kind in kinds if kind.name not in PERSONAL_KINDS]
    people = [kind.noun.many[lang] for kind in kinds if kind.name in PERSONAL_KINDS]
    if not people:
        return listed(things, lang)
    named = f"{'uppgifter om' if lang == 'sv' else 'details of'} {listed(people, lang)}"
    if not things:
        return named
    if len(things) == 1:
        return f"{things[0]} {'och' if lang == 'sv' else 'and'} {named}"
    return f"{listed(things, lang)}{' samt' if lang == 'sv' else ', and'} {named}"


def _single(kinds: tuple[RecordKind, ...]) -> bool:
    return len(kinds) == 1 and kinds[0].name not in PERSONAL_KINDS


def moment(kinds: tuple[RecordKind, ...], event: Event, lang: Lang) -> str:
    """The event's clause; where it repeats the one thing the sentence is about, a pronoun: "det stängdes", "it was
    closed".
    """
    clause = event.clause[lang]
    if len(kinds) > 1:
        return clause
    kind = kinds[0]
    the = f"{kind.noun.the[lang]} "
    if kind.name in PERSONAL_KINDS:
        plural = ("uppgifterna ", "de ") if lang == "sv" else ("the data was ", "they were ")
        return plural[1] + clause.removeprefix(plural[0]) if clause.startswith(plural[0]) else clause
    if not clause.startswith(the):
        return clause
    return f"{_pronoun(kind, lang)} {clause.removeprefix(the)}"


def _pronoun(kind: RecordKind, lang: Lang) -> str:
    if lang == "en":
        return "it"
    return "det" if kind.noun.one.sv.startswith("ett ") else "den"


def condition(flag: Flag, lang: Lang, *, holds: bool) -> str:
    """om vi har haft en dialog med företaget; om vi inte har haft …, om inte företaget har …; if we have had …,
    unless …
    """
    clause = flag.clause[lang]
    if holds:
        return f"{'om' if lang == 'sv' else 'if'} {clause}"
    if lang == "en":
        return f"unless {clause}"
    denied = _PRONOUN_FIRST.sub(r"\1 inte ", clause)
    return f"om {denied}" if denied != clause else f"om inte {clause}"


def retention(
    kinds: tuple[RecordKind, ...],
    event: Event,
    period: Length,
    action: Action,
    lang: Lang,
    *,
    when: Flag | None = None,
    unless: Flag | None = None,
) -> str:
    """Ett ärende arkiveras tre månader efter att det stängdes. With a condition, that first: Om vi har haft en dialog …

    `kinds` share event, clause and flags. `action` is archive or erase.
    """
    span, clause, about = words(period, lang), moment(kinds, event, lang), subject(kinds, lang)
    conditions = [condition(when, lang, holds=True)] if when else []
    conditions += [condition(unless, lang, holds=False)] if unless else []
    given = listed(conditions, lang)
    company, it = (" med företaget", " med det") if lang == "sv" else (" with the company", " with it")
    if given.endswith(company) and clause.endswith(company):
        clause = clause.removesuffix(company) + it
    verb = _VERBS[action][0 if lang == "sv" else 1]
    if lang == "sv":
        after = f"{span} efter att {clause}"
        return sentence(f"{given} {verb} {about} {after}" if given else f"{about} {verb} {after}")
    tail = f"{_be(kinds)} {verb} {span} after {clause}"
    return sentence(f"{given}, {about} {tail}" if given else f"{about} {tail}")


def _be(kinds: tuple[RecordKind, ...]) -> str:
    return "is" if _single(kinds) else "are"


def review(kinds: tuple[RecordKind, ...], period: Length, lang: Lang) -> str:
    """Uppgifter om kunder utvärderas varje år."""
    about, often = subject(kinds, lang), every(period, lang)
    return sentence(
        f"{about} utvärderas {often}" if lang == "sv" else f"{about} {_be(kinds)} reviewed {often}"
    )


def review_begins(event: Event, period: Length, lang: Lang) -> str:
    """When the first review falls, and the next ones."""
    span, clause = words(period, lang), event.clause[lang]
    if lang == "sv":
        return sentence(
            f"den första utvärderingen görs senast {span} efter att {clause}, och därefter räknas tiden från den"
            " senaste"
        )
    return sentence(
        f"the first review is made within {span} after {clause}, and from then on the time runs from the latest"
        " review"
    )


def review_sooner(event: Event, lang: Lang) -> str:
    """Utvärderingen görs genast när företagets sista avtal upphör."""
    if event.name in _SOONER:
        sv, en = _SOONER[event.name]
        return sentence(
            f"utvärderingen ska göras genast när {sv}"
            if lang == "sv"
            else f"the review falls due as soon as {en}"
        )
    clause = event.clause[lang]
    return sentence(
        f"utvärderingen ska göras genast efter att {clause}"
        if lang == "sv"
        else f"the review falls due at once after {clause}"
    )


def review_asks(asks: tuple[str, ...], lang: Lang) -> str:
    """What the reviewer looks at, and that a person decides."""
    seen = listed((word(REVIEW_ASKS, ask, lang) for ask in asks), lang)
    if lang == "sv":
        look = f"då ser vi efter {seen}" if seen else "då prövar vi om uppgifterna fortfarande behövs"
        return sentence(
            f"{look}, och en medarbetare beslutar om uppgifterna ska sparas eller raderas och anger skälet"
        )
    look = f"we then look at {seen}" if seen else "we then ask whether the data is still needed"
    return sentence(
        f"{look}, and a member of staff decides whether to keep or erase the data and states the reason"
    )


def archiving(lang: Lang) -> str:
    """What archiving is (M16)."""
    return (
        "Att något arkiveras betyder att allt som kan knytas till en person tas bort; bara det opersonliga får stå"
        " kvar."
        if lang == "sv"
        else (
            "Archiving means that everything that can be tied to a person is removed; only what is impersonal may"
            " stay."
        )
    )


def earliest_wins(lang: Lang) -> str:
    """How several periods for one kind go together."""
    return (
        "Om flera tider gäller för samma uppgift räknas den som går ut först."
        if lang == "sv"
        else "Where several periods apply to the same data, the one that ends first counts."
    )


def uncovered(kinds: tuple[RecordKind, ...], event: str, lang: Lang) -> str | None:
    """What a rule never reaches because its event never happens to it; None for an event that comes to every record.

    S17: invoices without agreement; S18: people at companies that never had one.
    """
    without = _WITHOUT.get(event)
    if without is None:
        return None
    if event == "the agreement ended":
        kinds = tuple(kind for kind in kinds if kind.name != "finance.agreement")
        if not kinds:
            return None
    about = f"{subjects(kinds, lang)} {without[lang]}"
    if lang == "sv":
        return sentence(f"tiden börjar aldrig för {about}; de raderas inte av sig själva")
    return sentence(f"the time never starts for {about}; they are not erased by themselves")


def no_period(kinds: tuple[RecordKind, ...], lang: Lang) -> str:
    """The honest absence of a period: silence never erases."""
    about = subjects(kinds, lang)
    if lang == "sv":
        return sentence(f"policyn anger ingen tid för {about}; de raderas inte av sig själva")
    return sentence(f"the policy states no period for {about}; they are not erased by themselves")


def obligation(floor: Obligation, kinds: tuple[RecordKind, ...], lang: Lang) -> str:
    """The statutory floor (Bookkeeping Act 7 kap. 2 §): through the n-th year after the calendar year in which the
    year closed.
    """
    about = listed((kind.noun.many[lang] for kind in kinds), lang)
    nth = ordinal(floor.years, lang)
    if lang == "sv":
        return sentence(
            f"{floor.statute_sv} går före: {about} som hör till bokföringen bevaras till och med det {nth} året efter"
            " utgången av det kalenderår då räkenskapsåret avslutades"
        )
    return sentence(
        f"{floor.statute_en} comes first: {about} that belong to the accounts are kept through the {nth} year after"
        " the end of the calendar year in which the financial year closed"
    )


def holds(lang: Lang) -> str:
    """The only other exception: holds, to a date or until they are lifted."""
    return (
        "Vi kan stoppa gallringen av namngivna poster, till exempel under en tvist; ett sådant stopp har alltid ett"
        " skäl, och gäller till ett datum eller tills det hävs."
        if lang == "sv"
        else (
            "We can stop the removal of named records, during a dispute for example; such a hold always has a reason,"
            " and lasts to a date or until it is lifted."
        )
    )


def routine(time: str, lang: Lang) -> str:
    """When the rules run (S14). `time` is HH:MM in the controller's time zone."""
    return (
        f"Uppgifter vars tid har gått ut gallras automatiskt varje dag klockan {time.replace(':', '.')}, och varje"
        " körning antecknas, även den som inte hade något att gallra."
        if lang == "sv"
        else (
            f"Data whose time is up is removed automatically every day at {time}, and every run is recorded, the one"
            " that had nothing to remove as well."
        )
    )


def floor(statute: str, lang: Lang) -> str:
    """A rule's own reference to the statute that may keep a record longer."""
    if lang == "sv":
        return sentence(f"om {statute} kräver en längre tid gäller den")
    return sentence(f"where {statute} requires a longer time, that applies")
