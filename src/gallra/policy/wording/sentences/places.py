"""The systems, what they hold, where they are, and where staff work (S1, S7–S9, M10–M12)."""

from __future__ import annotations

from datetime import date

from babel import Locale

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, dated, listed, number, sentence
from gallra.policy.wording.grammar import titles as quoted
from gallra.policy.wording.periods import Length, every
from gallra.policy.wording.words import HOLDS, word


def country(code: str, lang: Lang) -> str:
    """Sverige, Sweden: the name of an ISO 3166 code or of EU and EEA; the code itself where there is none."""
    short = {
        "EU": Text("EU", "the EU"),
        "EEA": Text("EES", "the EEA"),
        "EES": Text("EES", "the EEA"),
        "US": Text("USA", "the USA"),
    }
    if code in short:
        return short[code][lang]
    return str(Locale(lang).territories.get(code, code))


def within(code: str, lang: Lang) -> str:
    """i Sverige, inom EU; in Sweden, within the EU."""
    name = country(code, lang)
    if code in ("EU", "EEA", "EES"):
        return f"{'inom' if lang == 'sv' else 'within'} {name}"
    return f"{'i' if lang == 'sv' else 'in'} {name}"


def overview(titles: tuple[str, ...], lang: Lang) -> str:
    """All systems there are: a closed list (S1)."""
    said, count = quoted(titles, lang), number(len(titles), lang)
    if len(titles) == 1:
        return sentence(
            f"vi registrerar personuppgifter i ett enda system: {said}"
            if lang == "sv"
            else f"we register personal data in a single system: {said}"
        )
    if lang == "sv":
        return sentence(f"vi registrerar personuppgifter i {count} system och inga andra: {said}")
    return sentence(f"we register personal data in {count} systems and no others: {said}")


def system_records(title: str, about: str, lang: Lang) -> str:
    """`about`: what the system's records are about, in the plural."""
    return sentence(f"{title}: här finns {about}" if lang == "sv" else f"{title}: here are {about}")


def system_holds(title: str, holds: tuple[str, ...], lang: Lang) -> str:
    """S7, S8."""
    said = listed((word(HOLDS, hold, lang) for hold in holds), lang)
    if lang == "sv":
        return sentence(f"{title}: här registreras {said}")
    return sentence(f"{title}: recorded here are {said}")


def system_holds_nothing(title: str, lang: Lang) -> str:
    if lang == "sv":
        return sentence(f"{title}: här registreras inget utöver personens uppgifter")
    return sentence(f"{title}: nothing is recorded here beyond the person's details")


def holds_missing(titles: tuple[str, ...], lang: Lang) -> str:
    said = quoted(titles, lang)
    if lang == "sv":
        return sentence(f"policyn anger inte vilka uppgifter som registreras i följande system: {said}")
    return sentence(f"the policy does not state which details are recorded in the following systems: {said}")


def prefilled(title: str, others: tuple[str, ...], lang: Lang) -> str:
    """The one way in which a system's people can be offered in another: a disclosure between purposes."""
    said = quoted(others, lang)
    if lang == "sv":
        return sentence(f"{title}: formulär kan vara ifyllda i förväg med uppgifter från {said}")
    return sentence(f"{title}: forms in it may be filled in beforehand with data from {said}")


def system_recipients(title: str, names: tuple[str, ...], lang: Lang) -> str:
    said = listed(names, lang)
    if lang == "sv":
        return sentence(f"{title}: uppgifterna behandlas av {said}")
    return sentence(f"{title}: the data is processed by {said}")


def servers(kind: str, by: tuple[str, ...], where: str, lang: Lang) -> str:
    """våra egna servrar i Sverige; servrar inom EU hos DGC; servrar i USA hos en driftpartner, where no one says
    whose.
    """
    if kind == "own":
        return f"{'våra egna servrar' if lang == 'sv' else 'our own servers'} {where}".strip()
    whose = listed(by, lang) or ("en driftpartner" if lang == "sv" else "a hosting partner")
    return (
        " ".join(part for part in ("servrar", where, "hos", whose) if part)
        if lang == "sv"
        else " ".join(part for part in ("servers", where, "at", whose) if part)
    )


def place(
    titles: tuple[str, ...], server: str, lang: Lang, *, everything: bool, name: str | None = None
) -> str:
    """Alla dessa system finns på våra egna servrar i Sverige. No titles: a place that no system names.

    everything: all systems are there. name: what the policy calls the place.
    """
    at = f"{server} ({name})" if name else server
    if not titles:
        return sentence(
            f"uppgifter kan också finnas på {at}" if lang == "sv" else f"data may also be on {at}"
        )
    if everything:
        return sentence(
            f"alla dessa system finns på {at}" if lang == "sv" else f"all these systems are on {at}"
        )
    said = quoted(titles, lang)
    return sentence(f"{said} finns på {at}" if lang == "sv" else f"{said} {_be(titles)} on {at}")


def _be(titles: tuple[str, ...]) -> str:
    return "is" if len(titles) == 1 else "are"


def country_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte i vilket land servrarna står."
        if lang == "sv"
        else "The policy does not state in which country the servers are."
    )


def place_missing(titles: tuple[str, ...], lang: Lang) -> str:
    said = quoted(titles, lang)
    if lang == "sv":
        return sentence(f"policyn anger inte var följande system finns: {said}")
    return sentence(f"the policy does not state where the following systems are: {said}")


def safeguard(title: str, checked: date | None, reference: str | None, lang: Lang) -> str:
    """What protects a transfer out of the EEA, and when somebody last looked that it is in force."""
    ground = f"{title} ({reference})" if reference else title
    if lang == "sv":
        when = f"; att det gäller kontrollerades senast den {dated(checked, lang)}" if checked else ""
        return sentence(f"överföringen dit sker med stöd av {ground}{when}")
    when = f"; that it is in force was last checked on {dated(checked, lang)}" if checked else ""
    return sentence(f"the transfer there is made under {ground}{when}")


def safeguard_missing(lang: Lang) -> str:
    return (
        "Policyn anger ingen skyddsåtgärd för överföringen dit."
        if lang == "sv"
        else "The policy states no safeguard for the transfer there."
    )


def void(title: str, day: str, case: str, instead: str, lang: Lang) -> str:
    """That a court struck a safeguard down, when, and what can serve instead."""
    if lang == "sv":
        return sentence(f"{title} ogiltigförklarades den {day} ({case}); i dess ställe krävs {instead}")
    return sentence(f"{title} was declared invalid on {day} ({case}); {instead} is needed instead")


def staff(where: str, lang: Lang) -> str:
    """Where staff work (M10)."""
    return sentence(f"vår personal arbetar i {where}" if lang == "sv" else f"our staff work in {where}")


def attested(controller: str, often: Length, lang: Lang) -> str:
    """What no program can see, and who vouches for it how often."""
    if lang == "sv":
        return sentence(
            f"det kan inget program kontrollera, så {controller} intygar det {every(often, lang)}"
        )
    return sentence(f"no program can check that, so {controller} vouches for it {every(often, lang)}")


def used_for(title: str, texts: tuple[str, ...], lang: Lang) -> str:
    """The wall (M7): what a system's people are used for, and nothing else."""
    if lang == "sv":
        return sentence(
            f"{title}: uppgifterna används bara {listed((f'för att {text}' for text in texts), lang)}"
        )
    return sentence(f"{title}: the data is used only {listed((f'to {text}' for text in texts), lang)}")
