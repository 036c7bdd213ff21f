"""The record kind of the newsletter (MailChimp's part): one subscription is one person and one topic (M4,
M9, S12).

No opens, clicks or addresses of readers: there is no column for them. `newsletter_suppression` holds keyed
hashes only.
"""

from __future__ import annotations

from gallra.kinds import Event, Flag, Hop, Noun, Part, RecordKind, Table, Text
from gallra.registers.columns import (
    column,
    contact_id,
    contact_table,
    contacts,
    key,
    last_agreement_ended,
    person,
    record_id,
)
from gallra.registers.directory.kinds import COMPANIES

CONTACT = contact_table("newsletter_contact", wide=False)
CONTACTS = contacts(CONTACT, ("newsletter_subscription", "contact_id"))

EVIDENCE_TABLE = Table(
    "newsletter_evidence",
    (
        key(),
        record_id("subscription_id", "newsletter_subscription"),
        column("what", "händelse", "event", impersonal=True, nullable=False),
        column("channel", "kanal", "channel", impersonal=True, nullable=False),
        column("wording", "text som visades", "wording shown", impersonal=True),
        column("happened_at", "tid", "time", "timestamp", impersonal=True, nullable=False),
    ),
)

SUBSCRIPTION = RecordKind(
    name="newsletter.subscription",
    system="newsletter",
    noun=Noun(
        Text("en prenumeration", "a subscription"),
        Text("prenumerationer", "subscriptions"),
        Text("prenumerationen", "the subscription"),
    ),
    table=Table(
        "newsletter_subscription",
        (
            key(),
            contact_id(CONTACT.name, "prenumerant", "subscriber"),
            column(
                "topic_id",
                "ämne",
                "topic",
                "integer",
                impersonal=True,
                nullable=False,
                references="newsletter_topic",
            ),
            column("source", "källa", "source", nullable=False),
            column("language", "språk", "language", impersonal=True, nullable=False),
            column("token", "bekräftelsekod", "confirmation token", "bytes"),
            column("asked_at", "begärd", "asked for", "timestamp", impersonal=True, nullable=False),
            column("confirmed_at", "bekräftad", "confirmed", "timestamp", impersonal=True),
            column("confirmed", "är bekräftad", "is confirmed", "boolean", impersonal=True, nullable=False),
            column("ended_at", "avslutad", "ended", "timestamp", impersonal=True),
            column("bounces", "studsar", "bounces", "integer", impersonal=True, nullable=False),
            column("bounced_at", "senaste studs", "last bounce", "timestamp", impersonal=True),
        ),
    ),
    people=(person(CONTACT, "prenumerant", "subscriber", owner=True),),
    events=(
        Event(
            "the subscription was asked for",
            Text("prenumerationen begärdes", "the subscription was asked for"),
            "asked_at",
            missing="never",
        ),
        Event(
            "the subscription was confirmed",
            Text("prenumerationen bekräftades", "the subscription was confirmed"),
            "confirmed_at",
        ),
        Event(
            "the subscription ended", Text("prenumerationen avslutades", "the subscription ended"), "ended_at"
        ),
        last_agreement_ended(Hop("contact_id", CONTACT.name)),
    ),
    flags=(
        Flag(
            "the subscription is confirmed",
            Text("den har bekräftats", "it has been confirmed"),
            "confirmed",
        ),
    ),
    parts=(Part(EVIDENCE_TABLE, "subscription_id", Text("samtyckets belägg", "evidence of consent")),),
    contacts=CONTACTS,
    companies=COMPANIES,
    label_columns=("asked_at",),
    added="asked_at",
)

KINDS = (SUBSCRIPTION,)

SUPPORTING = (
    Table(
        "newsletter_topic",
        (
            key(),
            column("code", "kod", "code", impersonal=True, nullable=False),
            column("title_sv", "svensk rubrik", "Swedish title", impersonal=True, nullable=False),
            column("title_en", "engelsk rubrik", "English title", impersonal=True, nullable=False),
            column("active", "i bruk", "in use", "boolean", impersonal=True, nullable=False),
        ),
    ),
    Table(
        "newsletter_suppression",
        (
            # Names nobody without the installation's key, and keeps an import from bringing anybody back.
            column(
                "address_hash", "nyckelberoende hash", "keyed hash", "bytes", impersonal=True, nullable=False
            ),
            column("reason", "skäl", "reason", impersonal=True, nullable=False),
            column("added_at", "tillagd", "added", "timestamp", impersonal=True, nullable=False),
        ),
        key="address_hash",
    ),
)
"""Tables without persons: topics, and the addresses that must not be mailed."""
