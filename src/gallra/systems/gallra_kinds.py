"""Gallra's own records as record kinds: sessions, sign-in accounts, deferred erasures, holds, jobs.

Their periods are defaults of policy/law/own.toml or the policy's own; the same engine sweeps them as any register,
with receipts. These name no people: who signs in is found and erased with the person (running/persons.py), never by a
clock while the account is open. Mail (mail_kinds.py) names its reader or writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gallra.kinds import Event, Noun, Part, RecordKind, Table, Text
from gallra.policy.law import own_records
from gallra.registers.columns import column, key, record_id
from gallra.systems import mail_kinds, portal_kinds, register_kinds, rights_kinds

SYSTEM = "gallra"

SESSIONS = Table(
    "django_session",
    (
        # Whoever knows the key of a session is signed in: it is personal, and stands in no receipt.
        column("session_key", "nyckel", "key", nullable=False),
        column("session_data", "innehåll", "contents", nullable=False),
        column("expire_date", "går ut", "expires", "timestamp", impersonal=True, nullable=False),
    ),
    key="session_key",
)

USERS = Table(
    "site_user",
    (
        key(),
        column("email", "e-postadress", "e-mail address", nullable=False),
        column("name", "namn", "name", nullable=False),
        column("password", "lösenord", "password", nullable=False),
        column("role", "roll", "role", impersonal=True, nullable=False),
        column("is_active", "öppet", "open", "boolean", impersonal=True, nullable=False),
        column("joined_at", "upplagt", "added", "timestamp", impersonal=True, nullable=False),
        column("last_login", "senaste inloggning", "last sign-in", "timestamp", impersonal=True),
        column("closed_at", "stängt", "closed", "timestamp", impersonal=True),
    ),
)

ADDRESSES = Table(
    "account_emailaddress",
    (
        key(),
        column(
            "user_id", "inloggningskonto", "sign-in account", "integer", nullable=False, references=USERS.name
        ),
        column("email", "e-postadress", "e-mail address", nullable=False),
        column("verified", "bekräftad", "verified", "boolean", impersonal=True, nullable=False),
        column("primary", "huvudadress", "primary", "boolean", impersonal=True, nullable=False),
    ),
)

CONFIRMATIONS = Table(
    "account_emailconfirmation",
    (
        key(),
        column("email_address_id", "adress", "address", "integer", nullable=False, references=ADDRESSES.name),
        column("key", "engångskod", "single-use code", nullable=False),
        column("created", "gjord", "made", "timestamp", impersonal=True, nullable=False),
        column("sent", "skickad", "sent", "timestamp", impersonal=True),
    ),
)

AUTHENTICATORS = Table(
    "mfa_authenticator",
    (
        key(),
        column(
            "user_id", "inloggningskonto", "sign-in account", "integer", nullable=False, references=USERS.name
        ),
        column("type", "slag", "type", impersonal=True, nullable=False),
        column("data", "nyckelmaterial", "key material", "json", nullable=False),
        column("created_at", "gjord", "made", "timestamp", impersonal=True, nullable=False),
        column("last_used_at", "senast använd", "last used", "timestamp", impersonal=True),
    ),
)

ERASURES = Table(
    "running_openerasure",
    (
        key(),
        # The address goes when the erasure is complete; what is left says only that there was one.
        column("email", "e-postadress", "e-mail address", nullable=False),
        column("kind", "posttyp", "record kind", impersonal=True, nullable=False),
        column("asked_at", "begärd", "asked for", "timestamp", impersonal=True, nullable=False),
        column("until", "lagkrav till", "statute until", "date", impersonal=True),
        column("request", "begäran", "request", "integer"),
        column("salt", "salt", "salt", "bytes", nullable=False),
        column("completed_at", "slutförd", "completed", "timestamp", impersonal=True),
    ),
)

HOLDS = Table(
    "running_hold",
    (
        key(),
        column("system", "system", "system", impersonal=True, nullable=False),
        column("kind", "posttyp", "record kind", impersonal=True, nullable=False),
        column("key", "post", "record", nullable=False),
        column("email", "e-postadress", "e-mail address", nullable=False),
        column("ground", "grund", "ground", nullable=False),
        column("begins", "från", "from", "date", impersonal=True, nullable=False),
        column("until", "till", "until", "date", impersonal=True),
        column("by", "av", "by", nullable=False),
        column("added_at", "infört", "added", "timestamp", impersonal=True, nullable=False),
        column("salt", "salt", "salt", "bytes", nullable=False),
        column("released_at", "hävt", "released", "timestamp", impersonal=True),
        column("released_by", "hävt av", "released by", nullable=False),
        column("restriction", "begränsning", "restriction", "boolean", impersonal=True, nullable=False),
        column("kinds", "posttyper", "record kinds", "json", impersonal=True),
    ),
)

JOBS = Table(  # their arguments are keys and moments, never persons (site/jobs.py)
    "procrastinate_jobs",
    (
        key(),
        column("queue_name", "kö", "queue", impersonal=True, nullable=False),
        column("task_name", "uppgift", "task", impersonal=True, nullable=False),
        column("priority", "prioritet", "priority", "integer", impersonal=True, nullable=False),
        column("lock", "lås", "lock", impersonal=True),
        column("queueing_lock", "kölås", "queueing lock", impersonal=True),
        column("args", "argument", "arguments", "json", impersonal=True, nullable=False),
        column("status", "läge", "status", impersonal=True, nullable=False),
        column("scheduled_at", "planerat", "scheduled", "timestamp", impersonal=True),
        column("attempts", "försök", "attempts", "integer", impersonal=True, nullable=False),
        column(
            "abort_requested", "ska avbrytas", "abort requested", "boolean", impersonal=True, nullable=False
        ),
        column("worker_id", "arbetare", "worker", "integer", impersonal=True),
    ),
)

JOB_EVENTS = Table(
    "procrastinate_events",
    (
        key(),
        record_id("job_id", JOBS.name),
        column("type", "slag", "type", impersonal=True),
        column("at", "tid", "time", "timestamp", impersonal=True),
    ),
)

_JOB_FINISHED = """
CASE WHEN procrastinate_jobs.status IN ('succeeded', 'failed', 'cancelled', 'aborted') THEN
  (SELECT max(e.at) FROM procrastinate_events AS e
   WHERE e.job_id = procrastinate_jobs.id AND e.type IN ('succeeded', 'failed', 'cancelled', 'aborted'))
END
""".strip()
"""The queue's tables are not ours to add a column to, and the day stands among a job's events. One probe of the index
on job_id for every job; there are as many as a month makes, some ten thousand."""

_HOLD_ENDED = "LEAST((running_hold.released_at AT TIME ZONE 'UTC')::date, running_hold.until)"
"""The day it was released or ran out, whichever came first; none while it is open."""


def _noun(kind: str) -> Noun:
    said = own_records()[kind]
    return Noun(said.one, said.many, said.the)


@cache
def kinds() -> Mapping[str, RecordKind]:
    """Gallra's own record kinds by name. Their events are those of own.toml, and only those."""
    every = (
        RecordKind(
            name="gallra.session", system=SYSTEM, noun=_noun("gallra.session"), table=SESSIONS, people=(),
            events=(Event("the session expired", Text("inloggningen gick ut", "the session expired"), "expire_date"),),
            passing=True,
        ),
        RecordKind(
            name="gallra.user", system=SYSTEM, noun=_noun("gallra.user"), table=USERS, people=(),
            events=(
                Event("the account was closed", Text("inloggningskontot stängdes", "the sign-in account was closed"),
                      "closed_at"),
            ),
            parts=(
                Part(CONFIRMATIONS, "email_address_id", Text("bekräftelser", "confirmations"), of=ADDRESSES.name),
                Part(ADDRESSES, "user_id", Text("adresser", "addresses")),
                Part(AUTHENTICATORS, "user_id", Text("lösennycklar och koder", "passkeys and codes")),
            ),
            label_columns=("role",), added="joined_at",
        ),
        RecordKind(
            name="gallra.erasure", system=SYSTEM, noun=_noun("gallra.erasure"), table=ERASURES, people=(),
            events=(
                Event("the erasure was completed",
                      Text("den uppskjutna raderingen slutfördes", "the deferred erasure was completed"),
                      "completed_at"),
            ),
            label_columns=("kind",), added="asked_at",
        ),
        RecordKind(
            name="gallra.hold", system=SYSTEM, noun=_noun("gallra.hold"), table=HOLDS, people=(),
            events=(
                Event("the hold ended", Text("gallringsstoppet upphörde", "the hold ended"), type="date",
                      expression=_HOLD_ENDED),
            ),
            label_columns=("kind",), added="added_at",
        ),
        RecordKind(
            name="gallra.job", system=SYSTEM, noun=_noun("gallra.job"), table=JOBS, people=(),
            events=(
                Event("the job finished", Text("jobbet blev klart", "the job finished"), expression=_JOB_FINISHED),
            ),
            parts=(Part(JOB_EVENTS, "job_id", Text("händelser", "events")),),
            label_columns=("task_name",), passing=True,
        ),
        *mail_kinds.KINDS,
        *portal_kinds.KINDS,
        *rights_kinds.KINDS,
        *register_kinds.KINDS,
    )  # fmt: skip
    return MappingProxyType({kind.name: kind for kind in every})
