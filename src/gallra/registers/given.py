"""What somebody has given of a person or a company, and where it came from (S6)."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """where: one of the ways in that a policy's `[collected]` names ("order", "demo request", "support",
    "newsletter sign-up"), or "staff", "import", "colleague". by_person: whether the person gave it; else
    Article 14's notice is due.
    """

    where: str
    by_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """A person as given; None where nothing was."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None
    address: str | None = None
    town: str | None = None

    def values(self) -> dict[str, str]:
        """The columns that were given, trimmed."""
        return _values(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Firm:
    """A company as given; None where nothing was. sole_trader: its number is then a person's (S3)."""

    name: str | None = None
    organisation_number: str | None = None
    address: str | None = None
    town: str | None = None
    business_system: str | None = None
    sole_trader: bool = False

    def values(self) -> dict[str, str]:
        """The columns that were given, trimmed."""
        return _values(self)


def _values(given: Person | Firm) -> dict[str, str]:
    found = {field.name: getattr(given, field.name) for field in fields(given)}
    return {name: value.strip() for name, value in found.items() if isinstance(value, str) and value.strip()}
