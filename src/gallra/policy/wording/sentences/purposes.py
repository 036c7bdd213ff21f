"""Where data comes from, what it is used for, with which fields and on which legal basis (S6, S10–S12, M2–M9)."""

from __future__ import annotations

from datetime import date

from gallra.policy.wording.grammar import Lang, dated, listed, sentence
from gallra.policy.wording.words import AUDIENCES, BASES, ELSEWHERE, FIELDS, WAYS_IN, word


def ways_in(ways: tuple[str, ...], lang: Lang) -> str:
    """Vi får dina uppgifter av dig själv när du …"""
    said = listed((word(WAYS_IN, way, lang) for way in ways), lang, last="or")
    return sentence(
        f"vi får uppgifter av dig när du {said}" if lang == "sv" else f"we get data from you when you {said}"
    )


def other_sources(lang: Lang) -> str:
    """Article 14: a value that the person did not give."""
    return (
        "Får vi uppgifter om dig från någon annan underrättar vi dig om det, senast inom en månad."
        if lang == "sv"
        else "If we get data about you from someone else we tell you so, within one month at the latest."
    )


def why(text: str, fields: tuple[str, ...] | None, lang: Lang) -> str:
    """För att ge support använder vi namn, företag, e-postadress och telefonnummer.

    fields: the words of the purpose's `fields`; () where it needs nothing of the person; None where the policy is
    silent.
    """
    if fields is None:
        return sentence(
            f"vi använder personuppgifter för att {text}"
            if lang == "sv"
            else f"we use personal data to {text}"
        )
    if not fields:
        return sentence(
            f"för att {text} behöver vi inga personuppgifter"
            if lang == "sv"
            else f"we need no personal data to {text}"
        )
    said = listed((word(FIELDS, field, lang) for field in fields), lang)
    if lang == "sv":
        return sentence(f"för att {text} använder vi dessa personuppgifter: {said}")
    return sentence(f"to {text} we use this personal data: {said}")


def only_these(lang: Lang) -> str:
    """That the list is closed."""
    return (
        "Andra uppgifter än de som räknas upp för ett ändamål kan inte sparas för det."
        if lang == "sv"
        else "Data other than that listed for a purpose cannot be stored for it."
    )


def fields_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte vilka uppgifter som används till detta."
        if lang == "sv"
        else "The policy does not state which data is used for this."
    )


def used_in(said: str, lang: Lang) -> str:
    """Which records the purpose concerns, a list in the plural."""
    return sentence(f"det gäller {said}" if lang == "sv" else f"this concerns {said}")


def audience(to: tuple[str, ...], lang: Lang) -> str:
    """Who is written to (S12)."""
    said = listed((word(AUDIENCES, who, lang) for who in to), lang)
    return sentence(f"utskicken går till {said}" if lang == "sv" else f"the mailings go to {said}")


def basis(basis_word: str, lang: Lang) -> str:
    said = word(BASES, basis_word, lang)
    return sentence(f"den rättsliga grunden är {said}" if lang == "sv" else f"the legal basis is {said}")


def basis_missing(lang: Lang) -> str:
    return (
        "Policyn anger ingen rättslig grund för detta."
        if lang == "sv"
        else "The policy states no legal basis for this."
    )


def statute(name: str, lang: Lang) -> str:
    return sentence(
        f"skyldigheten följer av {name}" if lang == "sv" else f"the obligation follows from {name}"
    )


def statute_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte vilken lag som kräver det."
        if lang == "sv"
        else "The policy does not state which statute requires it."
    )


def interest_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte vilket intresset är."
        if lang == "sv"
        else "The policy does not state what the interest is."
    )


def balancing(text: str, day: date | None, lang: Lang) -> str:
    """The balancing test (M8): `text` is the test itself, in whole sentences; `day` when it was made."""
    if day is None:
        return sentence(text)
    made = (
        f"avvägningen gjordes den {dated(day, lang)}"
        if lang == "sv"
        else f"the test was made on {dated(day, lang)}"
    )
    return f"{sentence(text)} {sentence(made)}"


def test_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte hur intresset har vägts mot ditt."
        if lang == "sv"
        else "The policy does not state how that interest was weighed against yours."
    )


def no_basis_at_all(lang: Lang) -> str:
    """Said once, where no purpose has a basis."""
    return (
        "Policyn anger inte på vilken rättslig grund uppgifterna används."
        if lang == "sv"
        else "The policy does not state on which legal basis the data is used."
    )


def none_stated(lang: Lang) -> str:
    return (
        "Policyn anger inte vad uppgifterna används till."
        if lang == "sv"
        else "The policy does not state what the data is used for."
    )


def ways_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte hur uppgifterna samlas in."
        if lang == "sv"
        else "The policy does not state how the data is collected."
    )


def elsewhere(sources: tuple[str, ...], lang: Lang) -> str:
    """Article 14.2 f: whom else data comes from; () says nobody."""
    if not sources:
        return (
            "Vi hämtar inga uppgifter från någon annan."
            if lang == "sv"
            else "We fetch no data from anyone else."
        )
    said = listed((word(ELSEWHERE, source, lang) for source in sources), lang, last="or")
    return sentence(
        f"uppgifter om dig kan också komma från {said}"
        if lang == "sv"
        else f"data about you can also come from {said}"
    )


def giving(how: str, lang: Lang) -> str:
    """Article 13.2 e: whether one must give the data."""
    said = {
        "statutory": ("Lagen kräver att uppgifterna lämnas.", "The law requires that the data be given."),
        "contractual": (
            "Avtalet kräver att uppgifterna lämnas.",
            "The contract requires that the data be given.",
        ),
        "voluntary": ("Du väljer själv om du lämnar uppgifterna.", "You choose whether to give the data."),
    }
    return said[how][0 if lang == "sv" else 1]


def without_purpose(about: str, lang: Lang) -> str:
    """Record kinds that no purpose names."""
    if lang == "sv":
        return sentence(f"policyn anger inte vad {about} används till")
    return sentence(f"the policy does not state what {about} are used for")
