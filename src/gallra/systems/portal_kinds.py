"""What came in by a public form as record kinds of Gallra's own, until it has been taken in: sign-ups that wait for
their link, and forms that no verb could take, so that staff deal with them (portal/arriving.py).
"""

from __future__ import annotations

from gallra.kinds import Column, Event, Noun, PersonPath, RecordKind, Table, Text
from gallra.policy.law import own_records
from gallra.registers.columns import column, key

SYSTEM = "gallra"


def _word(name: str, sv: str, en: str) -> Column:
    return column(name, sv, en, impersonal=True, nullable=False)


def _moment(name: str, sv: str, en: str, *, nullable: bool = True) -> Column:
    return column(name, sv, en, "timestamp", impersonal=True, nullable=nullable)


ARRIVALS = Table(
    "portal_arrival",
    (
        key(),
        _word("way", "formulär", "form"),
        _word("fate", "slag", "type"),
        _word("state", "läge", "state"),
        _word("language", "språk", "language"),
        column("address", "e-postadress", "e-mail address", nullable=False),
        column("given", "uppgifter", "details", "json", nullable=False),
        column("subject", "rubrik", "subject", nullable=False, free_text=True),
        column("said", "text", "text", nullable=False, free_text=True),
        column(
            "no_news",
            "vill inte ha erbjudanden",
            "wants no offers",
            "boolean",
            impersonal=True,
            nullable=False,
        ),
        column("topics", "ämnen", "topics", "json", impersonal=True, nullable=False),
        column("wording", "text som visades", "wording shown", impersonal=True, nullable=False),
        column("digest", "länkens kontrollsumma", "checksum of the link", "bytes"),
        _word("reason", "skäl", "reason"),
        _moment("came_at", "kom in", "came in", nullable=False),
        _moment("expires_at", "länken går ut", "link expires"),
        _moment("settled_at", "omhändertaget", "dealt with"),
        column("settled_by", "omhändertaget av", "dealt with by", nullable=False),
    ),
)


def _noun(kind: str) -> Noun:
    said = own_records()[kind]
    return Noun(said.one, said.many, said.the)


SENDER = (PersonPath(email="address", role=Text("avsändare", "sender")),)

KINDS = (
    RecordKind(
        name="gallra.signup", system=SYSTEM, noun=_noun("gallra.signup"), table=ARRIVALS, people=SENDER,
        events=(
            Event("the sign-up's link expired",
                  Text("länken för att bekräfta anmälan gick ut", "the link to confirm the sign-up expired"),
                  "expires_at"),
        ),
        where=(("fate", "sign-up"),), label_columns=("way",), added="came_at", passing=True,
    ),
    RecordKind(
        name="gallra.form", system=SYSTEM, noun=_noun("gallra.form"), table=ARRIVALS, people=SENDER,
        events=(
            Event("the form was dealt with", Text("formuläret togs om hand", "the form was dealt with"), "settled_at"),
        ),
        where=(("fate", "form"),), label_columns=("way",), added="came_at",
    ),
)  # fmt: skip
