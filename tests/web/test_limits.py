"""Limits count by keyed hashes, for all processes together, and what has run out is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from gallra.portal import jobs, limits
from gallra.portal.limits import LIMITS, Limit, source
from gallra.portal.models import Counted

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counted(db: object, clock: Clock) -> Iterator[Limit]:
    yield Limit("trial", most=2, within=timedelta(minutes=1), clock=clock)
    del LIMITS["trial"]


def test_it_counts_each_for_itself_until_the_span_is_over(counted: Limit, clock: Clock) -> None:
    assert [counted.spend("bo"), counted.spend("bo"), counted.spend("bo")] == [True, True, False]
    assert counted.reached("bo")
    assert counted.spend("cleo")
    assert counted.spend("bo", "cleo")
    clock.now += timedelta(seconds=59)
    assert not counted.spend("bo")
    clock.now += timedelta(seconds=1)
    assert not counted.reached("bo")
    assert counted.spend("bo")
    counted.forget()
    assert not Counted.objects.exists()


def test_processes_count_together_and_limits_apart(counted: Limit, clock: Clock) -> None:
    """Another process knows the same key, and nothing but the table."""
    del LIMITS["trial"]
    elsewhere = Limit("trial", most=2, within=timedelta(minutes=1), clock=clock)
    assert counted.spend("bo")
    assert elsewhere.spend("bo")
    assert not counted.spend("bo")
    with pytest.raises(ValueError, match="two limits"):
        Limit("trial", most=1, within=timedelta(minutes=1))
    assert limits.SOURCE.spend("bo")


def test_neither_address_nor_source_stands_in_the_table(counted: Limit) -> None:
    counted.spend("192.0.2.7", "bo@kund.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM portal_counted t")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'portal_counted'::regclass")
        assert cursor.fetchone() == ("u",), "unlogged"
    assert "192.0.2.7" not in kept
    assert "bo@" not in kept
    assert b"192.0.2.7".hex() not in kept


def test_a_source_is_kept_for_an_hour_at_most(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not anybody asks again: the job that runs every five minutes forgets it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    limits.SOURCE.spend("192.0.2.7")
    assert limits.SOURCE.within + limits.FORGOTTEN_EVERY <= timedelta(hours=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + limits.SOURCE.within)
    jobs.look_after_forms(timestamp=0)
    assert not Counted.objects.exists()
    assert jobs.look_after_forms.queueing_lock == "look_after_forms"


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
