"""One person on this installation: found and corrected in every system, with receipts (S15, S20, M21, M23).

What the engine does not know of is here: the account by which the person signs in, the suppression of mailings, holds
and open erasures that name the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from gallra import naming
from gallra.engine.days import Today
from gallra.engine.execute import Executor, again
from gallra.engine.holds import OwnHolds
from gallra.engine.person import correct as engine
from gallra.engine.person.find import Found, gather
from gallra.engine.person.mentions import Mention
from gallra.engine.person.people import People
from gallra.engine.person.twins import Twin, twins
from gallra.engine.person.unread import Unread, unread
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.registers.directory import restricting
from gallra.registers.directory.restricting import own_wish
from gallra.registers.errors import Refused
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.newsletter.models import Suppression
from gallra.registers.people import normal_email
from gallra.running import foreign_corrections, foreign_mentions, foreign_persons, mentions, replay
from gallra.running.installed import own_kinds, running
from gallra.running.models import Hold, Intent, OpenErasure
from gallra.site.environment import secret
from gallra.systems.connection import OwnDatabase


class NotAnAddress(Exception):
    """What was given is no e-mail address."""

    def __str__(self) -> str:
        return _("That is not an e-mail address. Nothing was changed.")


class CannotCorrect(Exception):
    """The correction is refused, and nothing of it was done. Says what to do instead; names fields and registers."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The account by which the person signs in. staff: they work at the controller, and it stays while they do."""

    user: int
    staff: bool


@dataclass(frozen=True, slots=True)
class Everything:
    """What the systems have of a person: by system, the account, whether mailings are suppressed, what may be the same
    person, and where others' free text mentions them (None: not asked)."""

    systems: Mapping[str, Found]
    sign_in: SignIn | None
    suppressed: bool
    twins: tuple[Twin, ...] = ()
    mentions: tuple[Mention, ...] | None = None
    more_mentions: bool = False
    """Whether there are more than are listed."""
    unreachable: Mapping[str, str] = field(default_factory=dict)
    """Systems that could not be asked, each with why."""
    unsearched: tuple[str, ...] = ()
    """Of these, systems that were not searched for mentions."""
    unread: Unread = field(default_factory=Unread)
    """Documents that no program can read: those that may be about the person, and how many there are."""

    @property
    def nothing(self) -> bool:
        """Whether no system knows the address."""
        return not any(f.contacts or f.hits for f in self.systems.values()) and self.sign_in is None

    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of rows by system and table."""
        return {system: found.counts() for system, found in self.systems.items()}


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was corrected, and the salt by which the person can show that the receipt is theirs."""

    plan: engine.Plan
    receipt: int
    salt: bytes = field(repr=False)
    elsewhere: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Rows corrected in other databases, by system and table."""
    unreachable: Mapping[str, str] = field(default_factory=dict)
    """Where it is not done, each with why: a system that does not answer is asked again by every sweep."""


OWN = "own"
"""Our own registers, as a system among others."""


@lru_cache(maxsize=1)
def own_people() -> People:
    """The ways and statements of our own registers, compiled once in a process."""
    return People(own_kinds())


def address_of(given: str) -> str:
    """The address as the registers store it. Raises NotAnAddress."""
    try:
        return normal_email(given)
    except Refused:
        raise NotAnAddress from None


def find(
    address: str,
    *,
    now: datetime,
    also_mentions: bool = False,
    name: str = "",
    executor: Executor | None = None,
) -> Everything:
    """Everything of the person with that address. also_mentions: search other people's free text and documents, too,
    for the names that the systems know, and `name`. Raises NotAnAddress, NoPolicy."""
    person = address_of(address)
    today = Today.of(now, running().rules.timezone)
    own = executor or OwnDatabase()
    found = gather(own, own_people(), person, holds=OwnHolds(), today=today)
    elsewhere, unreachable = foreign_persons.found(running(), person, today)
    systems = {OWN: found, **elsewhere}
    listed, there = None, foreign_mentions.Searched()
    if also_mentions:
        said = terms(person, systems, name)
        listed = mentions.search(own, own_people(), found, said)
        there = foreign_mentions.search(running(), elsewhere, said)
    return Everything(
        systems=systems,
        unreachable={**unreachable, **there.troubles},
        unsearched=tuple(sorted({*unreachable, *there.troubles})) if also_mentions else (),
        sign_in=sign_in(person),
        suppressed=newsletter.is_suppressed(person, key=suppression_key()),
        twins=twins(own, own_people(), found),
        mentions=(*listed.texts, *there.mentions) if listed else None,
        unread=unread(own, own_people(), found) if also_mentions else Unread(),
        more_mentions=listed is not None and (listed.more or there.more),
    )


def terms(address: str, systems: Mapping[str, Found], name: str = "") -> list[str]:
    """What the person is looked for by in running text: the address, the names and telephone numbers that the systems
    know, and `name`."""
    known = systems.values()
    names = [*(found for each in known for found in each.names), name]
    return naming.terms(address, names, (found for each in known for found in each.phones))


def plan_correction(address: str, values: Mapping[str, str], *, merge: bool = False) -> engine.Plan:
    """What correcting would change. Raises NotAnAddress, CannotCorrect, NoPolicy."""
    wanted = _wanted(address, values, merge)
    elsewhere = foreign_corrections.planned(running(), wanted.address, wanted.values)
    with _said_in_words():
        own = engine.plan(OwnDatabase(), own_people(), wanted, running().rules)
    more = tuple(
        engine.Change(name, word, word, "change") for name, words in elsewhere.items() for word in words
    )
    return replace(own, changes=own.changes + more, contacts=own.contacts + len(elsewhere))


def correct(
    address: str,
    values: Mapping[str, str],
    *,
    now: datetime,
    by: str,
    merge: bool = False,
    request: int | None = None,
    salt: bytes | None = None,
    also: Callable[[Corrected], None] | None = None,
    executor: Executor | None = None,
) -> Corrected:
    """Correct the fields in every register that has the person and may hold them, and in the account they sign in with.

    values: by the words of a policy ("phone", "email"); an empty one empties the field. All or nothing, with a receipt.
    salt: of the receipt, where the caller keeps one. also: what else commits with it. Raises NotAnAddress,
    CannotCorrect, NoPolicy.
    """
    rules, wanted, own = running().rules, _wanted(address, values, merge), executor or OwnDatabase()
    salt = salt or new_salt()

    def act() -> tuple[Corrected, list[Intent]]:
        with own_wish():
            done = engine.act(own, own_people(), wanted, rules, now=now)
        others = _correct_sign_in(wanted, now)
        rows = {change.table: 1 for change in (*done.states("change"), *done.states("merge"))} | others
        body: dict[str, object] = {
            "person": commit(wanted.address, salt=salt), "by": commit(by, salt=salt),
            "fields": sorted(wanted.values), "rows": rows,
        }  # fmt: skip
        if request is not None:
            body["request"] = request
        receipt = append(action="correction", body=body, now=now, policy=rules.version)
        replay.note(
            receipt, sealed={"address": wanted.address, "values": dict(wanted.values), "merge": wanted.merge}
        )
        made = Corrected(done, receipt, salt)
        announced = foreign_corrections.announced(
            running(), wanted.address, wanted.values, now=now, by=by, salt=salt, request=request
        )
        if also is not None:
            also(made)
        return made, announced

    with _said_in_words():
        corrected, announced = again(own, act)
        elsewhere, unreachable = foreign_corrections.correct(running(), announced, now=now)
        return replace(corrected, elsewhere=elsewhere, unreachable=unreachable)


@contextmanager
def _said_in_words() -> Iterator[None]:
    """What the engine or the database refuses, as CannotCorrect with what to do instead."""
    try:
        yield
    except engine.UnknownField as error:
        raise CannotCorrect(_unknown_field(error)) from None
    except engine.Clash as error:
        raise CannotCorrect(
            _(
                "Another contact has the new address already, in: %(tables)s. Nothing was changed. If it is the same "
                "person, correct it with --merge: the two become one. Else correct or erase the other one first."
            )
            % {"tables": ", ".join(error.tables)}
        ) from None
    except IntegrityError:
        raise CannotCorrect(
            _(
                "The two contacts cannot become one: both have an account, a subscription to the same topic or the "
                "same place in a case, or somebody took the new address just now. Nothing was changed. Erase "
                "what is double under one of the addresses, then correct it again."
            )
        ) from None


def take_up_correction(
    address: str, *, request: int, now: datetime
) -> tuple[Mapping[str, Mapping[str, int]], Mapping[str, str]]:
    """Go on with a request's correction that was cut off after it had committed in our own database: rows corrected
    in other systems now, and those that do not answer. Raises NotAnAddress, NoPolicy."""
    rows = foreign_corrections.announced_for(address_of(address), request)
    return foreign_corrections.correct(running(), rows, now=now)


def correct_again(line: replay.Line, *, now: datetime) -> None:
    """What a line of the list to replay says was corrected, on a restored database and in the caller's transaction.
    Raises Unreadable, and what the engine raises where the older state does not admit it."""
    said = line.opened()
    wanted = engine.Wanted(said["address"], said["values"], said["merge"])
    with own_wish():
        engine.act(OwnDatabase(), own_people(), wanted, running().rules, now=now)
    _correct_sign_in(wanted, now)


def sign_in(address: str) -> SignIn | None:
    """The account with that address, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, role FROM site_user WHERE email = %s", [address])
        row = cursor.fetchone()
    return SignIn(int(row[0]), bool(row[1])) if row else None


def forget_sign_in(address: str) -> dict[str, int]:
    """Remove a customer's account, its codes and passkeys, and every session that is theirs or names the address, in
    the caller's transaction; rows by table. Staff's accounts stay, and their sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, role, NULL FROM site_user WHERE email = %s"
            " UNION ALL SELECT session_key, NULL, session_data FROM django_session",
            [address],
        )
        rows = cursor.fetchall()
    account = next((SignIn(int(key), bool(role)) for key, role, data in rows if data is None), None)
    if account is not None and account.staff:
        return {}
    gone: dict[str, int] = {}
    if account is not None:
        _, by_model = _users().filter(pk=account.user).delete()
        for label, count in by_model.items():
            gone[label.replace(".", "_").lower()] = count
    keys = [key for key, _, data in rows if data is not None and _is_theirs(data, address, account)]
    if keys:
        gone["django_session"] = Session.objects.filter(pk__in=keys).delete()[0]
    return {table: count for table, count in gone.items() if count}


def suppression_key() -> bytes:
    """The installation's key for hashing addresses that must not be mailed (S19)."""
    return secret("suppression_key").encode()


def _users() -> QuerySet[Model]:
    return get_user_model()._default_manager.all()


def _is_theirs(session: str, address: str, account: SignIn | None) -> bool:
    data = SessionStore().decode(session)
    if account is not None and str(data.get("_auth_user_id")) == str(account.user):
        return True
    return address in str(data).lower()


def _wanted(address: str, values: Mapping[str, str], merge: bool) -> engine.Wanted:
    said = {word.strip().lower(): value.strip() for word, value in values.items()}
    if not said:
        raise CannotCorrect(_("Say what is to be corrected: field=value. Nothing was changed."))
    if "email" in said:
        if not said["email"]:
            raise CannotCorrect(
                _("An address cannot be emptied; erase the person instead. Nothing was changed.")
            )
        said["email"] = address_of(said["email"])
    return engine.Wanted(address_of(address), said, merge)


def _correct_sign_in(wanted: engine.Wanted, now: datetime) -> dict[str, int]:
    """The account, and what else of Gallra's own names the address: a hold or an open erasure of the person, and the
    suppression, hold for the new address as well. They keep the old one: booked invoices still carry it."""
    rows: dict[str, int] = {}
    values = {word: wanted.values[word] for word in ("name", "email") if word in wanted.values}
    account = sign_in(wanted.address)
    if account is not None and values:
        rows["site_user"] = _users().filter(pk=account.user).update(**values)
    new = wanted.values.get("email")
    if not new or new == wanted.address:
        return rows
    if account is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE account_emailaddress SET email = %s WHERE user_id = %s AND lower(email) = %s",
                [new, account.user, wanted.address],
            )
    for model, ended in ((Hold, "released_at"), (OpenErasure, "completed_at")):
        for row in model._default_manager.filter(email=wanted.address, **{ended: None}):
            row.pk, row.email = None, new
            row._state.adding = True
            row.save(force_insert=True)
            if isinstance(row, Hold) and row.restriction:
                restricting.restrict(new, now=now, kinds=row.kinds)
            table = model._meta.db_table
            rows[table] = rows.get(table, 0) + 1
    key = suppression_key()
    stopped = Suppression.objects.filter(pk=newsletter.address_hash(wanted.address, key=key)).first()
    if stopped is not None:
        newsletter.suppress_address(new, reason=stopped.reason, key=key, now=now)
    return rows


def _unknown_field(error: engine.UnknownField) -> str:
    return _(
        "No register holds a field %(field)s of a person. There are: %(fields)s. Nothing was changed."
    ) % {
        "field": error.word,
        "fields": ", ".join(error.fields),
    }
