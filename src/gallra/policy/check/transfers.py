"""Where data lies, and what makes it lawful outside the EEA (Articles 13.1 f, 44–49)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding, listed

CHECK_LIVES = timedelta(days=366)
"""A safeguard not looked at for longer than this should be checked again."""


@finding("place-country-missing", "warning", "GDPR 13.1 f, 30.1 e")
def place_country_missing(case: Case) -> Iterator[Found]:
    """Servers somewhere (S9: own servers, and no country)."""
    for key, place in case.policy.place.items():
        if place.country is None and place.region is None:
            yield Found(
                f"place.{key}",
                Text(
                    "Det står inte i vilket land servrarna står.",
                    "It does not say in which country the servers stand.",
                ),
                Text('Skriv country = "SE", eller region = "EU".', 'Write country = "SE", or region = "EU".'),
            )


@finding("system-place-missing", "warning", "GDPR 13.1 f, 30.1")
def system_place_missing(case: Case) -> Iterator[Found]:
    """A system that lies nowhere."""
    for key, system in case.policy.system.items():
        if system.place is None:
            yield Found(
                f"system.{key}",
                Text(
                    f"Det står inte var {system.title.sv} finns.",
                    f"It does not say where {system.title.en} is.",
                ),
                Text(
                    'Skriv place = "…", namnet på en [place.…].',
                    'Write place = "…", the name of a [place.…].',
                ),
            )


@finding("host-unnamed", "warning", "GDPR 13.1 e, 28.3")
def host_unnamed(case: Case) -> Iterator[Found]:
    """A hosting partner without a name."""
    for key, place in case.policy.place.items():
        if place.servers == "hosting partner" and not place.by:
            yield Found(
                f"place.{key}",
                Text(
                    "Det står inte vilken driftpartner servrarna tillhör.",
                    "It does not say which hosting partner the servers belong to.",
                ),
                Text(
                    'Skriv by = ["…"], namnet på en [recipient.…].',
                    'Write by = ["…"], the name of a [recipient.…].',
                ),
            )


@finding("safeguard-missing", "error", "GDPR 13.1 f, 44, 46")
def safeguard_missing(case: Case) -> Iterator[Found]:
    """Servers outside the EEA and the adequate countries, with nothing that makes it lawful."""
    for key, place in case.policy.place.items():
        if place.safeguard is None and case.law.needs_safeguard(place.country, place.region):
            yield Found(
                f"place.{key}",
                Text(
                    f"Överföring till {place.country} kräver en skyddsåtgärd.",
                    f"A transfer to {place.country} needs a safeguard.",
                ),
                Text(
                    'Skriv safeguard = { kind = "standard contractual clauses", checked = datum }.',
                    'Write safeguard = { kind = "standard contractual clauses", checked = date }.',
                ),
            )


@finding("safeguard-void", "error", "GDPR 44, C-311/18", outdated=True)
def safeguard_void(case: Case) -> Iterator[Found]:
    """A safeguard that a court has struck down (M12)."""
    for key, place in case.policy.place.items():
        known = case.law.safeguard(place.safeguard.kind) if place.safeguard else None
        if known is not None and known.void is not None:
            instead = [s.title for s in case.law.safeguards if s.id in known.instead]
            yield Found(
                f"place.{key}.safeguard",
                Text(
                    f"{known.names[0]} är ogiltig sedan {known.void} ({known.because}).",
                    f"{known.names[0]} has been invalid since {known.void} ({known.because}).",
                ),
                Text(
                    f"Se vad som gäller i stället: {listed([t.sv for t in instead], 'sv')}; skriv kind och checked.",
                    f"See what holds instead: {listed([t.en for t in instead])}; write kind and checked.",
                ),
            )


@finding("safeguard-unknown", "warning", "GDPR 46, 13.1 f")
def safeguard_unknown(case: Case) -> Iterator[Found]:
    """A safeguard that the law does not list, or that does not cover the country."""
    for key, place in case.policy.place.items():
        if place.safeguard is None:
            continue
        known = case.law.safeguard(place.safeguard.kind)
        if known is None or (known.countries and place.country not in known.countries):
            yield Found(
                f"place.{key}.safeguard",
                Text(
                    f"”{place.safeguard.kind}” är ingen skyddsåtgärd som gäller där.",
                    f'"{place.safeguard.kind}" is no safeguard that holds there.',
                ),
                Text(
                    'Skriv kind = "standard contractual clauses" eller "EU-US Data Privacy Framework".',
                    'Write kind = "standard contractual clauses" or "EU-US Data Privacy Framework".',
                ),
            )


@finding("safeguard-unchecked", "warning", "GDPR 44, 5.2")
def safeguard_unchecked(case: Case) -> Iterator[Found]:
    """A safeguard in force, without the day somebody looked, or looked at more than a year ago."""
    for key, place in case.policy.place.items():
        known = case.law.safeguard(place.safeguard.kind) if place.safeguard else None
        if place.safeguard is None or known is None or known.void is not None:
            continue
        checked = place.safeguard.checked
        if checked is None or (case.as_of and case.as_of - checked > CHECK_LIVES):
            yield Found(
                f"place.{key}.safeguard",
                Text(
                    "Det står inte när skyddsåtgärden senast kontrollerades, eller det är mer än ett år sedan.",
                    "It does not say when the safeguard was last checked, or that was more than a year ago.",
                ),
                Text(
                    "Kontrollera att den gäller, och skriv checked = datum.",
                    "Check that it is in force, and write checked = date.",
                ),
            )
