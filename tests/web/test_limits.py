"""Limits count by keyed hashes in memory, and forget by themselves."""

from __future__ import annotations

import time
from datetime import timedelta

from django.test import RequestFactory
from pytest_django import Settings

from gallra.portal.limits import LIMITS, Limit, source


def limit(most: int = 2, seconds: float = 60.0, **more: object) -> Limit:
    made = Limit(most=most, within=timedelta(seconds=seconds), **more)  # type: ignore[arg-type]
    LIMITS.remove(made)
    return made


def test_it_counts_each_for_itself_until_the_span_is_over() -> None:
    at = [100.0]
    counted = limit(clock=lambda: at[0])
    assert [counted.spend("bo"), counted.spend("bo"), counted.spend("bo")] == [True, True, False]
    assert counted.spend("cleo")
    assert counted.spend("bo", "cleo")
    at[0] += 59
    assert not counted.spend("bo")
    at[0] += 2
    assert counted.spend("bo")
    assert len(counted) == 1


def test_neither_address_nor_source_stays_in_memory() -> None:
    counted = limit(seconds=0.05)
    counted.spend("192.0.2.7", "bo@kund.example")
    kept = b"".join(counted._counts)
    assert b"192.0.2.7" not in kept
    assert b"bo@" not in kept
    until = time.monotonic() + 10
    while len(counted) and time.monotonic() < until:  # nobody asks again: a timer does it
        time.sleep(0.02)
    assert len(counted) == 0


def test_the_source_is_the_visitor_and_a_network_of_ipv6(settings: Settings) -> None:
    ask = RequestFactory()
    assert source(ask.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.1")) == "192.0.2.7"
    assert source(ask.get("/", REMOTE_ADDR="2001:db8::1")) == source(
        ask.get("/", REMOTE_ADDR="2001:db8::2:3")
    )
    assert source(ask.get("/", REMOTE_ADDR="")) == "nowhere"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    forwarded = ask.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.9, 203.0.113.1")
    assert source(forwarded) == "203.0.113.1"
