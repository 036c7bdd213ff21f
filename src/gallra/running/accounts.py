"""What people do by themselves on their account's page, and accounts that are closed or opened: each is an entry of
the ledger, and holds after a restore as well (Article 16, M6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.registers import told
from gallra.registers.support import accounts
from gallra.running import replay
from gallra.running.installed import newest

ACCOUNT, USER = "support.account", "gallra.user"
"""Record kinds: the account with support, and the one to sign in with."""


def listen() -> None:
    """From now on each is written down, in the transaction of the verb that did it."""
    from gallra.site.accounts import account_changed

    told.details_changed.connect(_details, dispatch_uid="gallra.running.accounts")
    told.account_changed.connect(_account, dispatch_uid="gallra.running.accounts")
    account_changed.connect(_user, dispatch_uid="gallra.running.accounts")


def change_again(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list to replay says the holder of an account wrote over, on a restored database and in the
    caller's transaction. Raises Unreadable."""
    accounts.change_again(line.keys["contact"], line.opened()["values"], at=at)


def close_again(body: Mapping[str, Any], *, at: datetime) -> None:
    """The same for what an entry says of an account that was closed, or opened again."""
    from gallra.site.accounts import close_again

    again = accounts.close_again if body["kind"] == ACCOUNT else close_again
    again(body["record"], closed=body["event"] == "closed", at=at)


def _details(
    *,
    table: str,
    contact: int,
    address: str,
    values: Mapping[str, str],
    actor: str,
    now: datetime,
    **rest: Any,
) -> None:
    salt = new_salt()
    body: dict[str, object] = {
        "person": commit(address, salt=salt), "by": commit(actor, salt=salt), "fields": sorted(values),
        "rows": {table: 1},
    }  # fmt: skip
    number = append(action="correction", body=body, now=now, policy=newest())
    replay.note(number, keys={"contact": contact}, sealed={"values": dict(values)})


def _account(*, account: int, closed: bool, now: datetime, **rest: Any) -> None:
    _entered(ACCOUNT, account, closed, now)


def _user(*, user: int, closed: bool, now: datetime, **rest: Any) -> None:
    _entered(USER, user, closed, now)


def _entered(kind: str, record: int, closed: bool, now: datetime) -> None:
    body = {"kind": kind, "record": record, "event": "closed" if closed else "reopened"}
    replay.note(append(action="account", body=body, now=now, policy=newest()))
