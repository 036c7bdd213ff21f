"""Backups, Gallra's own records, and what the policy says of itself (S2, S3, M1, M5, M22)."""

from __future__ import annotations

from collections.abc import Mapping

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, sentence
from gallra.policy.wording.periods import Length, words

CLAUSES: Mapping[str, Text] = {
    "the session expired": Text("den gick ut", "it expired"),
    "the erasure was completed": Text("den slutfördes", "it was completed"),
    "the hold ended": Text("det upphörde", "it ended"),
    "the job finished": Text("det blev klart", "it finished"),
    "the account was closed": Text("det stängdes", "it was closed"),
    "the mail was sent": Text("det skickades", "it was sent"),
    "the mail failed": Text("det gavs upp", "it was given up"),
    "the message was received": Text("det kom in", "it came in"),
    "the request was closed": Text("den avslutades", "it was closed"),
    "the link expired": Text("den gick ut", "it expired"),
    "the answer was made": Text("det gjordes", "it was made"),
    "the reason was given": Text("det lämnades", "it was given"),
    "the suppression was lifted": Text("den hävdes", "it was lifted"),
    "the restriction was lifted": Text("den hävdes", "it was lifted"),
    "the data was disclosed": Text("uppgifterna lämnades ut", "the data was disclosed"),
    "the data was opened": Text("de öppnades", "it was opened"),
    "the breach was closed": Text("den avslutades", "it was closed"),
    "the sign-up's link expired": Text(
        "länken för att bekräfta den gick ut", "the link to confirm it expired"
    ),
    "the form was dealt with": Text("det togs om hand", "it was dealt with"),
}
"""The events of Gallra's own records, each after "en inloggning raderas en dag efter att …"."""

_STATEMENTS: Mapping[str, Text] = {
    "page and schema agree": Text(
        "Den här sidan skapas ur samma fil som styr våra system: det den säger om vilka uppgifter vi har, hur vi får"
        " dem och vad vi använder dem till är det som systemen gör.",
        "This page is written from the same file that governs our systems: what it says of the data we hold, how we"
        " get it and what we use it for is what the systems do.",
    ),
    "every column classified": Text(
        "Allt som kan knytas till en person räknas som personuppgifter, även företaget och orten; bara det som"
        " uttryckligen har bedömts vara opersonligt undantas.",
        "Everything that can be tied to a person counts as personal data, the company and the town too; only what has"
        " expressly been judged impersonal is excepted.",
    ),
    "every right has a way to use it": Text(
        "Varje rättighet som nämns här kan du använda på något av de sätt som anges.",
        "Every right that is mentioned here can be used in one of the ways stated.",
    ),
    "no field without a purpose": Text(
        "Vi samlar inte in uppgifter utan ändamål, och när ett ändamål upphör tas de uppgifter bort som bara behövdes"
        " för det.",
        "We collect no data without a purpose, and when a purpose ends the data that only it needed is removed.",
    ),
}


def backups(keep: Length, lang: Lang, *, more: str | None) -> str:
    """How long a copy lives; `more` is what the policy says of them, else what happens to what has been erased
    meanwhile.
    """
    span = words(keep, lang)
    kept = sentence(f"säkerhetskopior sparas i {span}" if lang == "sv" else f"backups are kept for {span}")
    again = (
        "Återställs en kopia raderas på nytt det som hade raderats."
        if lang == "sv"
        else "If one is restored, what had been erased is erased again."
    )
    return f"{kept} {sentence(more) if more else again}"


def backups_place(server: str, lang: Lang) -> str:
    return sentence(
        f"säkerhetskopiorna finns på {server}" if lang == "sv" else f"the backups are on {server}"
    )


def backups_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte hur länge säkerhetskopior sparas."
        if lang == "sv"
        else "The policy does not state how long backups are kept."
    )


def intro(lang: Lang) -> str:
    """What the records of Gallra's own are."""
    return (
        "Programmet Gallra, som tillämpar den här policyn, har också några egna uppgifter: om inloggningar, om det"
        " som någon har begärt och om sitt eget arbete."
        if lang == "sv"
        else (
            "The program Gallra, which applies this policy, also has a few records of its own: of sessions, of what"
            " people have asked for and of its own work."
        )
    )


def suppression(lang: Lang) -> str:
    return (
        "En adress som är spärrad för utskick sparas bara som en kod som inte kan räknas om till adressen."
        if lang == "sv"
        else (
            "An address that wants no mailings is in the suppression list only as a code that cannot be read back to"
            " the address."
        )
    )


def ledger(lang: Lang) -> str:
    return (
        "Gallringsjournalen, som visar vad som har gallrats och när, innehåller inga personuppgifter."
        if lang == "sv"
        else "The ledger, which shows what has been removed and when, contains no personal data."
    )


def statement(kept_by: str, lang: Lang) -> str:
    """What a built-in check keeps, in its own words where the file has none."""
    return _STATEMENTS[kept_by][lang]


def made_of_file(lang: Lang) -> str:
    return (
        "Varje mening här som ger ett löfte kontrolleras; den som frågar får veta hur."
        if lang == "sv"
        else "Every sentence here that makes a promise is checked; whoever asks is told how."
    )
