"""Who answers for the data, how to reach them, which rules they follow (S4, S5, M26)."""

from __future__ import annotations

from datetime import date

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, dated, listed, sentence

_CONTACT = {
    "phone": Text("på telefon {}", "by telephone at {}"),
    "email": Text("via e-post på {}", "by e-mail at {}"),
    "website": Text("på webbplatsen {}", "at {}"),
}
_MISSING = {
    "number": Text("organisationsnummer", "organisation number"),
    "address": Text("postadress", "postal address"),
    "phone": Text("telefonnummer", "telephone number"),
    "email": Text("e-postadress", "e-mail address"),
}


def intro(name: str, lang: Lang) -> str:
    """What this page is."""
    if lang == "sv":
        return sentence(
            f"här står vilka personuppgifter {name} har, varifrån de kommer, vad de används till, vilka som får del"
            " av dem, hur länge de sparas och vad du kan begära"
        )
    return sentence(
        f"this page says what personal data {name} holds, where it comes from, what it is used for, who receives it,"
        " how long it is kept and what you can ask for"
    )


def identity(name: str, number: str | None, lang: Lang) -> str:
    """SWINX är personuppgiftsansvarig …"""
    if lang == "sv":
        whole = f"{name}, organisationsnummer {number}," if number else name
        return sentence(
            f"{whole} är personuppgiftsansvarig och svarar för att dina personuppgifter hanteras rätt"
        )
    whole = f"{name}, organisation number {number}," if number else name
    return sentence(f"{whole} is the controller and answers for the right handling of your personal data")


def contact(name: str, details: dict[str, str | None], lang: Lang) -> str:
    """How to reach the controller, of the details that the policy states; keys are those of `_MISSING`, and website."""
    said = [phrase[lang].format(value) for key, phrase in _CONTACT.items() if (value := details.get(key))]
    ways, address = listed(said, lang, last="or"), details.get("address")
    if lang == "sv":
        post = f"postadressen är {address}" if address else ""
        reach = f"du når {name} {ways}" if ways else ""
    else:
        post = f"the postal address is {address}" if address else ""
        reach = f"you can reach {name} {ways}" if ways else ""
    return sentence("; ".join(part for part in (reach, post) if part))


def contact_missing(details: dict[str, str | None], lang: Lang) -> str | None:
    """What an identity needs and the policy leaves out; None where nothing is left out."""
    absent = [phrase[lang] for key, phrase in _MISSING.items() if not details.get(key)]
    if not absent:
        return None
    said = listed(absent, lang, last="or")
    return sentence(f"policyn anger inte {said}" if lang == "sv" else f"the policy states no {said}")


def officer(said: str, lang: Lang) -> str:
    """The data protection officer or whoever answers questions."""
    if lang == "sv":
        return sentence(f"frågor om personuppgifter besvaras av {said}")
    return sentence(f"questions about personal data are answered by {said}")


def follows(name: str, acts: tuple[str, ...], lang: Lang) -> str:
    """Which rules are followed; `acts` by their titles: SWINX följer EU:s dataskyddsförordning …"""
    said = listed(acts, lang)
    if lang == "sv":
        return sentence(f"{name} följer {said}")
    return sentence(f"{name} follows {said}")


def valid_from(day: date, lang: Lang) -> str:
    return sentence(
        f"policyn gäller från {dated(day, lang)}"
        if lang == "sv"
        else f"this policy applies from {dated(day, lang)}"
    )


def repealed(title: str, day: str, instead: str, lang: Lang) -> str:
    """That an act no longer applies, since when, and what applies instead."""
    if lang == "sv":
        return sentence(
            f"{title} upphörde att gälla den {day}" + (f"; i stället gäller {instead}" if instead else "")
        )
    return sentence(
        f"{title} ceased to apply on {day}" + (f"; it was replaced by {instead}" if instead else "")
    )
