"""Mailings that are stopped or confirmed: each is an entry of the ledger, and holds after a restore as well (S19,
Article 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gallra.ledger.append import append
from gallra.registers.newsletter import actions as newsletter
from gallra.registers.told import mailings_confirmed, mailings_stopped
from gallra.running import replay
from gallra.running.installed import newest


def listen() -> None:
    """From now on every stop and every confirmation is written down, in the transaction of the verb that did it."""
    mailings_stopped.connect(_stopped, dispatch_uid="gallra.running.mailings")
    mailings_confirmed.connect(_confirmed, dispatch_uid="gallra.running.mailings")


def stop_again(line: replay.Line, *, at: datetime) -> None:
    """What a line of the list to replay says was stopped, on a restored database and in the caller's transaction.
    Raises Unreadable."""
    said = line.opened()
    newsletter.end_again(
        line.keys["subscriptions"],
        suppressed=bytes.fromhex(said["suppressed"]) or None,
        reason=said["reason"],
        channel=said["channel"],
        at=at,
    )


def confirm_again(line: replay.Line, *, at: datetime) -> None:
    """The same for what was confirmed."""
    allowed = bytes.fromhex(line.opened()["allowed"]) or None
    for subscription in line.keys["subscriptions"]:
        newsletter.confirm_again(subscription, allowed=allowed, at=at)


def _confirmed(*, subscription: int, allowed: bytes | None, now: datetime, **rest: Any) -> None:
    body = {"keys": [subscription], "allowed": allowed is not None}
    number = append(action="mailings.confirmed", body=body, now=now, policy=newest())
    replay.note(number, keys={"subscriptions": [subscription]}, sealed={"allowed": (allowed or b"").hex()})


def _stopped(
    *,
    subscriptions: Sequence[int],
    suppressed: bytes | None,
    reason: str,
    channel: str,
    now: datetime,
    **rest: Any,
) -> None:
    body = {"keys": list(subscriptions), "suppressed": suppressed is not None, "cause": reason}
    number = append(action="mailings.stopped", body=body, now=now, policy=newest())
    sealed = {"suppressed": (suppressed or b"").hex(), "reason": reason, "channel": channel}
    replay.note(number, keys={"subscriptions": list(subscriptions)}, sealed=sealed)
