"""Who receives the data: recipients with role, country and agreement; third parties; authorities (S13, M13–M15)."""

from __future__ import annotations

from datetime import date

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, dated, genitive, listed, sentence
from gallra.policy.wording.words import SHARING_EXCEPTIONS, word

_ROLES = {
    "processor": Text("personuppgiftsbiträde åt oss", "our processor"),
    "controller": Text("självständigt personuppgiftsansvarig", "a controller in its own right"),
    "joint controller": Text("gemensamt personuppgiftsansvarig med oss", "a joint controller with us"),
}
_LACKING = {
    "role": Text("vilken roll de har", "what their role is"),
    "place": Text("var uppgifterna finns", "where the data is"),
    "agreement": Text("om det finns ett avtal", "whether there is an agreement"),
}


_LACKING_ONE = {"role": Text("vilken roll företaget har", "what its role is")}


def never(lang: Lang) -> str:
    """S13, M14."""
    return (
        "Vi delar aldrig dina uppgifter med utomstående, och vi säljer dem inte."
        if lang == "sv"
        else "We never share your data with outsiders, and we do not sell it."
    )


def nobody(lang: Lang) -> str:
    return (
        "Inga andra företag behandlar uppgifter åt oss eller tar emot dem."
        if lang == "sv"
        else "No other company processes data for us or receives it."
    )


def exceptions(reasons: tuple[str, ...], lang: Lang) -> str:
    """M15."""
    said = listed((word(SHARING_EXCEPTIONS, reason, lang) for reason in reasons), lang, last="or")
    if lang == "sv":
        return sentence(
            f"undantag görs bara när {said} kräver det, och då antecknas skälet, omfattningen och vem som beslutade"
        )
    return sentence(
        f"exceptions are made only where {said} requires it, and then the ground, the extent and who decided are"
        " recorded"
    )


def not_stated(lang: Lang) -> str:
    return (
        "Policyn anger inte vilka som får del av uppgifterna."
        if lang == "sv"
        else "The policy does not state who receives the data."
    )


def recipients(names: tuple[str, ...], lang: Lang) -> str:
    """Everyone who gets data: a closed list (M13)."""
    said = listed(names, lang)
    if lang == "sv":
        return sentence(f"de enda som behandlar uppgifter åt oss eller tar emot dem är {said}")
    return sentence(f"the only ones who process data for us or receive it are {said}")


def role(name: str, what: str | None, does: str | None, lang: Lang) -> str:
    """Microsoft är personuppgiftsbiträde åt oss och behandlar uppgifter för att … `does` follows "för att" and "to"."""
    purpose = ""
    if does:
        purpose = f"behandlar uppgifter för att {does}" if lang == "sv" else f"processes data to {does}"
    if what is None:
        return sentence(f"{name} {purpose}")
    said = f"{name} {'är' if lang == 'sv' else 'is'} {_ROLES[what][lang]}"
    joint = " och " if lang == "sv" else " and "
    return sentence(f"{said}{joint}{purpose}" if purpose else said)


def where(name: str, place: str, lang: Lang) -> str:
    """`place`: "i Irland", "inom EU"."""
    if lang == "sv":
        return sentence(f"hos {name} finns uppgifterna {place}")
    return sentence(f"at {name} the data is {place}")


def agreement(name: str, day: date | None, reference: str | None, lang: Lang) -> str:
    """Article 28.3."""
    known = f" ({reference})" if reference else ""
    if lang == "sv":
        since = f" sedan den {dated(day, lang)}" if day else ""
        return sentence(f"vi har{since} ett avtal med {name} om hur uppgifterna får behandlas{known}")
    have = f"since {dated(day, lang)} we have had" if day else "we have"
    return sentence(f"{have} an agreement with {name} on how the data may be processed{known}")


def own_policy(name: str, title: str, url: str | None, lang: Lang) -> str:
    link = f": {url}" if url else ""
    if lang == "sv":
        return sentence(f"läs mer i {genitive(name, lang)} egen policy, ”{title}”{link}")
    return sentence(f"read more in {genitive(name, lang)} own policy, “{title}”{link}")


def named(name: str, lang: Lang) -> str:
    return sentence(f"{name} får del av uppgifter" if lang == "sv" else f"{name} receives data")


def recipient_missing(names: tuple[str, ...], lacking: tuple[str, ...], lang: Lang) -> str:
    """`lacking`: of role, place, agreement, those that the policy leaves out."""
    words = _LACKING | (_LACKING_ONE if len(names) == 1 else {})
    said = listed((words[what][lang] for what in lacking), lang, last="or")
    about = listed(names, lang)
    if lang == "sv":
        return sentence(f"för {about} anger policyn inte {said}")
    return sentence(f"for {about} the policy does not state {said}")
