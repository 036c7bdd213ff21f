"""Who may be written to (Marketing Act 2008:486, sections 19 and 20)."""

from __future__ import annotations

from collections.abc import Iterator

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding


@finding("mailing-consent-missing", "warning", "SFS 2008:486 19 §")
def mailing_consent_missing(case: Case) -> Iterator[Found]:
    """Subscribers and prospects are written to by consent; the exception is for customers."""
    for key, purpose in case.policy.purpose.items():
        strangers = {"subscriber", "prospect"}.intersection(purpose.to)
        if strangers and purpose.basis not in (None, "consent"):
            yield Found(
                f"purpose.{key}.basis",
                Text(
                    "Utskick till andra än kunder kräver samtycke i förväg.",
                    "Mailings to others than customers need prior consent.",
                ),
                Text(
                    'Skriv basis = "consent", eller dela ändamålet.',
                    'Write basis = "consent", or split the purpose.',
                ),
            )


@finding("stop-mailings-missing", "error", "GDPR 21.2, SFS 2008:486 20 §")
def stop_mailings_missing(case: Case) -> Iterator[Found]:
    """Mailings without a way to stop them."""
    offered = case.policy.rights.offered if case.policy.rights else ()
    writing = [key for key, purpose in case.policy.purpose.items() if purpose.to]
    if writing and "stop mailings" not in offered:
        yield Found(
            "rights",
            Text("Det står inte hur man slipper utskick.", "It does not say how to stop mailings."),
            Text(
                'Lägg "stop mailings" till offered i [rights].', 'Add "stop mailings" to offered in [rights].'
            ),
        )
