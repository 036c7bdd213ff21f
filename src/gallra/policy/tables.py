"""The tables of a policy file as frozen models: every table and key of the language
(docs/policy-language.md).

What Articles 13 and 14 require is optional here and required by `check`: a published policy with faults can
be read, run and found wanting. A key that the language does not know is a mistake, never ignored.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from gallra.policy.words import (
    Audience,
    Automatic,
    Basis,
    Channel,
    Connector,
    Country,
    Daily,
    Day,
    Decisions,
    Elsewhere,
    Email,
    Environment,
    Every,
    Exception_,
    FieldWord,
    FormDoes,
    Giving,
    Keep,
    KeptBy,
    KindName,
    Language,
    Line,
    Many,
    PromiseId,
    Ref,
    ReviewAsks,
    Right,
    Role,
    Timezone,
    WayIn,
    Words,
)

Promises = Annotated[tuple[PromiseId, ...], Many]
Kinds = Annotated[tuple[KindName, ...], Many, Field(min_length=1)]


class Part(BaseModel):
    """A piece of the file: frozen, and closed against unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Piece(Part):
    """A table that can carry sentences of the policy.

    promises: the ids of the sentences it keeps. reading: printed where the words allow two.
    """

    promises: Promises = ()
    reading: Words | None = None


class Officer(Part):
    """The data protection officer (Articles 13.1 b and 37)."""

    name: Line | None = None
    email: Email | None = None
    phone: Line | None = None


class Controller(Piece):
    """Who is responsible (Article 13.1 a). follows: the acts it says it follows. authority: where one
    complains."""

    name: Line
    email: Email | None = None
    phone: Line | None = None
    address: Line | None = None
    organisation_number: Line | None = None
    website: Line | None = None
    officer: Officer | None = None
    language: Language = "sv"
    timezone: Timezone = "Europe/Stockholm"
    follows: Annotated[tuple[Line, ...], Many] = ()
    authority: Line | None = None


class Collected(Piece):
    """The ways in by which people give their data, and where else data comes from (Article 14.2 f); [] says:
    nowhere else."""

    from_: Annotated[tuple[WayIn, ...], Many] = Field(default=(), alias="from")
    elsewhere: Annotated[tuple[Elsewhere, ...], Many] | None = None


class Safeguard(Part):
    """What makes a transfer out of the EEA lawful (Chapter V). checked: the day somebody last looked that it
    is in force."""

    kind: Line
    checked: Day | None = None
    reference: Line | None = None


class Place(Piece):
    """Where servers stand and whose they are. by: the recipients that run them."""

    title: Words | None = None
    servers: Literal["own", "hosting partner"]
    by: Annotated[tuple[Ref, ...], Many] = ()
    country: Country | None = None
    region: Literal["EU", "EEA"] | None = None
    safeguard: Safeguard | None = None


class Attested(Part):
    """What no program can see: a person vouches for it, and the word lapses after `every`."""

    by: Literal["controller"]
    every: Every


class Staff(Piece):
    """Where staff work."""

    place: Line
    attested: Attested | None = None


class System(Piece):
    """A place where personal data lives. holds: what it holds beside the person's fields; None says nothing.

    connector "sql" reads the record kinds from `kinds` (a TOML file beside the policy) and its database's
    address from the environment variable `url_env`; `host` is the only host it may lead to beside this machine
    (S9). prefilled_from: systems whose contacts may be offered in
    this one's forms.
    """

    title: Words
    records: Kinds
    holds: Annotated[tuple[Line, ...], Many] | None = None
    place: Ref | None = None
    connector: Connector = "own"
    kinds: Line | None = None
    url_env: Environment | None = None
    host: Line | None = None
    recipients: Annotated[tuple[Ref, ...], Many] = ()
    prefilled_from: Annotated[tuple[Ref, ...], Many] = ()


class Interest(Part):
    """A legitimate interest (Article 13.1 d) and the test that balanced it against the person's (M8)."""

    text: Words
    test: Words | None = None
    tested: Day | None = None


class Purpose(Piece):
    """Why data is used. text: follows "för att" and "to". fields: what of the person it needs; None says
    nothing and blanks nothing. to: who may be written to. giving, otherwise: whether one must give the data,
    and what happens else."""

    text: Words
    basis: Basis | None = None
    statute: Line | None = None
    interest: Interest | None = None
    to: Annotated[tuple[Audience, ...], Many] = ()
    records: Kinds
    fields: Annotated[tuple[FieldWord, ...], Many] | None = None
    giving: Giving | None = None
    otherwise: Words | None = None


class Retention(Piece):
    """How long: `keep` after the event `after`, then archive or erase. floor: the statute that may keep a
    record longer."""

    records: Kinds
    after: Line
    keep: Keep
    then: Literal["archive", "erase"]
    when: Line | None = None
    unless: Line | None = None
    floor: Line | None = None


class Review(Piece):
    """A person decides, `every` so often after the event or the last review; at once when `sooner`
    happens."""

    records: Kinds
    after: Line
    every: Every
    sooner: Line | None = None
    asks: Annotated[tuple[ReviewAsks, ...], Many] = ()


class Duty(Piece):
    """A statute beside those in law/se.toml that keeps every accounting record; it adds to the law, and
    removes nothing.

    years: through the so-many-eth year after the end of the calendar year in which the financial year closed.
    """

    statute: Words
    years: Annotated[StrictInt, Field(ge=1, le=100)]


class Agreement(Part):
    """The contract with a processor (Article 28.3)."""

    date: Day | None = None
    reference: Line | None = None


class OwnPolicy(Part):
    """The recipient's own policy, as it is called and where it is read."""

    title: Line
    url: Line | None = None


class Recipient(Piece):
    """Who else gets data (Article 13.1 e). does: what for, after "för att" and "to". email: where they are told of
    what is rectified, erased or restricted (Article 19); no page shows it."""

    name: Line
    role: Role | None = None
    email: Email | None = None
    does: Words | None = None
    agreement: Agreement | None = None
    place: Ref | None = None
    policy: OwnPolicy | None = None


class Sharing(Piece):
    """Who gets nothing. recipients = "none" says that there are none at all, `except` which demands are still
    met."""

    third_parties: Literal["never"] | None = None
    recipients: Literal["none"] | None = None
    except_: Annotated[tuple[Exception_, ...], Many] = Field(default=(), alias="except")
    attested: Attested | None = None


class Rights(Piece):
    """What people may ask, and how. erasure_of: which data one may have erased; the law says all. withdrawal:
    how consent is withdrawn. automated_decisions: "none", or what is decided (Article 22). automatic: the rights of
    which a clear case is answered without staff. court: the court that a refusal names, as it follows "vid" and
    "to"."""

    offered: Annotated[tuple[Right, ...], Many] = ()
    channels: Annotated[tuple[Channel, ...], Many] = ()
    erasure_of: Literal["all data", "wrong data"] | None = None
    withdrawal: Words | None = None
    automated_decisions: Decisions | None = None
    automatic: Annotated[tuple[Automatic, ...], Many] = ()
    court: Words | None = None


class Form(Piece):
    """A public form. confirm = "email": what cannot be undone starts by a link sent by mail."""

    title: Words | None = None
    does: Annotated[tuple[FormDoes, ...], Many, Field(min_length=1)]
    confirm: Literal["email"] | None = None
    asks: Annotated[tuple[Literal["reason"], ...], Many] = ()


class Routine(Piece):
    """When the rules run."""

    sweep: Daily

    @property
    def at(self) -> time:
        """The time of day, in the controller's time zone."""
        return time.fromisoformat(self.sweep.removeprefix("daily "))


class Backups(Piece):
    """How long backups live; what was erased is in them until then, and is erased again after a restore."""

    keep: Keep
    place: Ref | None = None
    text: Words | None = None


class Page(Piece):
    """How the page is printed. title: its heading; changes: how a new version is told."""

    title: Words | None = None
    intro: Words | None = None
    changes: Words | None = None
    show_promises: StrictBool = True
    show_version: StrictBool = True


class Statement(Piece):
    """A sentence that no table carries, and the built-in check that keeps it."""

    kept_by: KeptBy
    text: Words | None = None
