"""Who gets data: recipients, processors and their agreements (Articles 13.1 e, 28)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding


@finding("recipients-unstated", "warning", "GDPR 13.1 e")
def recipients_unstated(case: Case) -> Iterator[Found]:
    """Neither recipients nor the word that there are none."""
    sharing = case.policy.sharing
    if not case.policy.recipient and (sharing is None or sharing.recipients is None):
        yield Found(
            "sharing",
            Text(
                "Mottagare nämns inte, inte heller att det inte finns några.",
                "No recipients are named, nor is it said that there are none.",
            ),
            Text(
                'Skriv [recipient.…] för var och en, eller recipients = "none" i [sharing].',
                'Write a [recipient.…] for each, or recipients = "none" in [sharing].',
            ),
        )


@finding("sharing-contradicts", "error", "GDPR 5.1 a, 13.1 e")
def sharing_contradicts(case: Case) -> Iterator[Found]:
    """ "Never shared" beside somebody it is shared with; processors are no third parties (Article 4.10)."""
    sharing = case.policy.sharing
    if sharing is None:
        return
    for key, recipient in case.policy.recipient.items():
        third = sharing.third_parties == "never" and recipient.role in ("controller", "joint controller")
        if third or sharing.recipients == "none":
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Policyn säger att uppgifter inte lämnas ut, men nämner {recipient.name}.",
                    f"The policy says that data is not given to others, but names {recipient.name}.",
                ),
                Text(
                    "Ta bort mottagaren, eller ändra [sharing].", "Remove the recipient, or change [sharing]."
                ),
                subject=key,
            )


@finding("connector-recipient-missing", "error", "GDPR 13.1 e, 28")
def connector_recipient_missing(case: Case) -> Iterator[Found]:
    """A connector to somebody else's service, and no recipient: it does not start (S13, M13)."""
    for key, system in case.policy.system.items():
        if system.connector in ("dynamics365", "mailchimp") and not system.recipients:
            yield Found(
                f"system.{key}.connector",
                Text(
                    f"{system.title.sv} drivs av någon annan, men ingen mottagare nämns; anslutningen startar inte.",
                    f"{system.title.en} is run by others, but no recipient is named; the connector does not start.",
                ),
                Text(
                    'Skriv recipients = ["…"], namnet på en [recipient.…].',
                    'Write recipients = ["…"], the name of a [recipient.…].',
                ),
            )


@finding("recipient-role-missing", "warning", "GDPR 13.1 e, 30.1 d")
def recipient_role_missing(case: Case) -> Iterator[Found]:
    """Processor or controller: the law asks different things of each."""
    for key, recipient in case.policy.recipient.items():
        if recipient.role is None:
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Det står inte om {recipient.name} är personuppgiftsbiträde eller personuppgiftsansvarig.",
                    f"It does not say whether {recipient.name} is a processor or a controller.",
                ),
                Text(
                    'Skriv role = "processor" eller "controller".',
                    'Write role = "processor" or "controller".',
                ),
            )


@finding("recipient-task-missing", "warning", "GDPR 13.1 e, 28.3")
def recipient_task_missing(case: Case) -> Iterator[Found]:
    """What a recipient gets data for."""
    for key, recipient in case.policy.recipient.items():
        if recipient.does is None:
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Det står inte vad {recipient.name} får uppgifter för.",
                    f"It does not say what {recipient.name} gets data for.",
                ),
                Text("Skriv does = { sv = …, en = … }.", "Write does = { sv = …, en = … }."),
            )


@finding("agreement-missing", "error", "GDPR 28.3")
def agreement_missing(case: Case) -> Iterator[Found]:
    """A processor without a dated agreement; one whose role is not stated is taken for a processor."""
    for key, recipient in case.policy.recipient.items():
        if recipient.role in (None, "processor") and (
            recipient.agreement is None or recipient.agreement.date is None
        ):
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Det står inte när biträdesavtalet med {recipient.name} slöts.",
                    f"It does not say when the processing agreement with {recipient.name} was made.",
                ),
                Text(
                    "Slut avtal, och skriv agreement = { date = datum }.",
                    "Make an agreement, and write agreement = { date = date }.",
                ),
            )


@finding("recipient-place-missing", "error", "GDPR 13.1 f, 30.1 e")
def recipient_place_missing(case: Case) -> Iterator[Found]:
    """A recipient that is nowhere."""
    for key, recipient in case.policy.recipient.items():
        if recipient.place is None:
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Det står inte var {recipient.name} behandlar uppgifterna.",
                    f"It does not say where {recipient.name} processes the data.",
                ),
                Text(
                    'Skriv place = "…", namnet på en [place.…].',
                    'Write place = "…", the name of a [place.…].',
                ),
            )


@finding("recipient-unused", "advice", "GDPR 5.1 a")
def recipient_unused(case: Case) -> Iterator[Found]:
    """A recipient that no system and no place names."""
    used = {name for system in case.policy.system.values() for name in system.recipients}
    used |= {name for place in case.policy.place.values() for name in place.by}
    for key, recipient in case.policy.recipient.items():
        if key not in used:
            yield Found(
                f"recipient.{key}",
                Text(
                    f"Inget system och ingen plats nämner {recipient.name}.",
                    f"No system and no place names {recipient.name}.",
                ),
                Text(
                    "Skriv recipients i systemet eller by i platsen, eller ta bort mottagaren.",
                    "Write recipients in the system or by in the place, or remove the recipient.",
                ),
            )
