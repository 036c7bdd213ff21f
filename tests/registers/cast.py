"""The cast: Alva works at the controller, Bo is a customer's contact, Cleo a stranger. All invented."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread
from typing import Any

from django.db import connection, connections

from gallra.registers.given import Firm, Origin, Person

ALVA = "user:7"
BO = Person(name="Bo Exempelsson", email="bo@kund.example", phone="040-123 45 67")
CLEO = Person(name="Cleo Främling", email="cleo@annan.example")
FIRM = Firm(name="Kundbolaget AB")
ORIGIN = Origin(where="support")
STAFF = Origin(where="staff", by_person=False)
KEY = b"k" * 32


def at(day: str, time: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}:00").replace(tzinfo=UTC)


NOW = at("2026-02-14")


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def at_once(*calls: Any) -> list[Any]:
    """Run the calls each in a thread and connection of its own; give their results, or the exceptions they
    ended with.
    """
    results: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        try:
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
