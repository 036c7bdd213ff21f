"""Gallra's own records go by the periods the page prints: sessions, sign-in accounts, holds, erasures, jobs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, connections, transaction

from gallra.kinds import RecordKind
from gallra.ledger.models import Entry
from gallra.policy import read_policy
from gallra.policy.check import check
from gallra.policy.law import load_law, own_records
from gallra.policy.own import own_periods
from gallra.policy.wording.page import page
from gallra.running import asking, board, runs
from gallra.running.models import Hold, OpenErasure
from gallra.running.schema import live_schema
from gallra.site import accounts
from gallra.site.models import Role, User
from gallra.systems import gallra_kinds, own
from gallra.systems.gallra import declared, own_tables
from tests.conftest import Database
from tests.running.world import MINI, NIGHT, adopted

DAY = timedelta(days=1)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall()) if cursor.description else []


def session(*, expired: timedelta) -> str:
    """A session that expired so long before the night."""
    store = SessionStore()
    store["_auth_user_id"] = "7"
    store.create()
    key = str(store.session_key)
    Session.objects.filter(pk=key).update(expire_date=NIGHT - expired)
    return key


def job(*, status: str, days: int, event: str = "succeeded") -> int:
    """A job of the queue whose last event was so many days before the night."""
    found = rows(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
        " VALUES ('default', 'check', 'todo') RETURNING id"
    )
    key = int(found[0][0])
    rows("INSERT INTO procrastinate_periodic_defers (task_name, job_id) VALUES ('check', %s)", key)
    rows("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", key)
    if status not in ("todo", "doing"):
        rows("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", status, key)
    rows("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", NIGHT - DAY * days, key)
    return key


def taken(*confirmed: str) -> dict[str, int]:
    """What a sweep takes of each own record. confirmed: what would stop it, and is as it should be."""
    done = runs.sweep(NIGHT, confirmed=frozenset(confirmed))
    assert done.outcome == "finished", done.reason
    return {rule.removeprefix("default gallra."): n for rule, n in done.taken.items()}


def test_an_expired_session_goes_and_a_live_one_stays(fresh_database: Database) -> None:
    adopted(MINI)
    old, tonight, live = (
        session(expired=DAY * 3),
        session(expired=timedelta(hours=1)),
        session(expired=-timedelta(hours=8)),
    )
    assert taken() == {"session": 1}
    assert set(Session.objects.values_list("pk", flat=True)) == {tonight, live}
    assert taken() == {}
    assert old not in json.dumps(list(Entry.objects.values_list("body", flat=True)))


def test_a_sessions_key_is_a_credential_and_stands_in_no_receipt(fresh_database: Database) -> None:
    adopted(MINI)
    session(expired=DAY * 3)
    runs.sweep(NIGHT)
    entry = Entry.objects.get(action="sweep.receipt")
    assert entry.body["records"] == 1
    assert entry.body["keys"] == []


def test_the_policys_period_replaces_the_default(fresh_database: Database) -> None:
    rule = 'records = ["gallra.session"]\nafter = "the session expired"\nkeep = "7 days"\nthen = "erase"\n'
    adopted(f"{MINI}[[retention]]\n{rule}")
    kept, gone = session(expired=DAY * 3), session(expired=DAY * 9)
    assert runs.sweep(NIGHT).taken == {"retention[1] gallra.session": 1}
    assert set(Session.objects.values_list("pk", flat=True)) == {kept}
    assert not Session.objects.filter(pk=gone).exists()


def test_many_sessions_at_once_do_not_stop_the_sweep(fresh_database: Database) -> None:
    """All of last week's sessions are due every Monday: the brake stands against mistakes, not against that."""
    adopted(MINI)
    Session.objects.bulk_create(
        Session(session_key=f"key{n}", session_data="", expire_date=NIGHT - DAY * 3) for n in range(200)
    )
    assert taken() == {"session": 200}


def test_finished_jobs_go_with_their_events(fresh_database: Database) -> None:
    adopted(MINI)
    old = job(status="succeeded", days=40)
    failed = job(status="failed", days=40)
    fresh = job(status="succeeded", days=3)
    running = job(status="doing", days=40)
    assert taken() == {"job": 2}
    left = {row[0] for row in rows("SELECT id FROM procrastinate_jobs")}
    assert left == {fresh, running}
    assert {row[0] for row in rows("SELECT job_id FROM procrastinate_events")} == {fresh, running}
    assert Entry.objects.get(action="sweep.receipt").body["keys"] == [old, failed]


def test_a_closed_account_goes_after_a_year_with_all_its_keys(fresh_database: Database) -> None:
    adopted(MINI)
    alva = User.objects.create_user(email="alva@gallra.example", name="Alva Ek", role=Role.PRIVACY)
    gone = User.objects.create_user(email="dag@gallra.example", name="Dag Ek", role=Role.SUPPORT)
    late = User.objects.create_user(email="ebba@gallra.example", name="Ebba Ek", role=Role.SUPPORT)
    for user in (alva, gone):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert accounts.close_account(gone.pk, now=NIGHT - DAY * 370)
    assert accounts.close_account(late.pk, now=NIGHT - DAY * 100)
    assert taken("clock") == {"user": 1}  # nothing has been entered since the second was closed
    assert set(User.objects.values_list("pk", flat=True)) == {alva.pk, late.pk}
    assert set(EmailAddress.objects.values_list("user", flat=True)) == {alva.pk}
    assert set(Authenticator.objects.values_list("user", flat=True)) == {alva.pk}


def test_an_open_account_is_never_due_however_long_it_was_not_used(fresh_database: Database) -> None:
    adopted(MINI)
    alva = User.objects.create_user(email="alva@gallra.example", role=Role.PRIVACY)
    User.objects.filter(pk=alva.pk).update(
        joined_at=datetime(2010, 1, 1, tzinfo=UTC), last_login=datetime(2011, 1, 1, tzinfo=UTC)
    )
    assert taken() == {}
    told = asking.why("gallra.user", str(alva.pk), now=NIGHT)
    assert (told.state, told.day) == ("not yet", None)


def test_an_account_that_was_opened_again_starts_no_clock(db: Database) -> None:
    user = User.objects.create_user(email="dag@gallra.example", role=Role.SUPPORT)
    assert accounts.close_account(user.pk, now=NIGHT)
    assert not accounts.close_account(user.pk, now=NIGHT)
    assert accounts.reopen_account(user.pk, now=NIGHT)
    user.refresh_from_db()
    assert user.is_active
    assert user.closed_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)


def hold(**values: Any) -> Hold:
    return Hold.objects.create(
        **{"kind": "support.case", "key": "1", "ground": "tvist", "begins": date(2020, 1, 1), "by": "user 1",
           "added_at": datetime(2020, 1, 1, tzinfo=UTC), "salt": b"0" * 32, **values}
    )  # fmt: skip


def test_holds_and_deferred_erasures_go_two_years_after_their_end(fresh_database: Database) -> None:
    adopted(MINI)
    ago = NIGHT - DAY * 800
    ended, released = hold(until=ago.date()), hold(released_at=ago, until=date(2030, 1, 1))
    stays = [hold(), hold(until=date(2030, 1, 1)), hold(released_at=NIGHT - DAY * 30)]
    done = OpenErasure.objects.create(asked_at=ago, completed_at=ago, salt=b"0" * 32)
    waits = OpenErasure.objects.create(
        email="bo@kund.example", asked_at=ago, until=date(2030, 1, 1), salt=b"0" * 32
    )
    assert taken() == {"hold": 2, "erasure": 1}
    assert not Hold.objects.filter(pk__in=[ended.pk, released.pk]).exists()
    assert set(Hold.objects.values_list("pk", flat=True)) == {row.pk for row in stays}
    assert set(OpenErasure.objects.values_list("pk", flat=True)) == {waits.pk}
    assert not OpenErasure.objects.filter(pk=done.pk).exists()


def test_the_board_the_forecast_and_why_know_them(fresh_database: Database) -> None:
    adopted(MINI)
    live = session(expired=-timedelta(days=3))
    gone = job(status="succeeded", days=40)
    told = board.check(NIGHT, audit=True)
    counts = {count.kind: count for count in told.own}
    assert set(counts) == set(gallra_kinds.kinds())
    assert (counts["gallra.session"].total, counts["gallra.session"].waiting) == (1, 1)
    assert (counts["gallra.job"].due, counts["gallra.job"].late) == (1, 1)
    assert ("gallra.session", 1) in {(cell.promise, cell.count) for cell in board.coming(NIGHT, months=2)}
    waiting = asking.why("session", live, now=NIGHT)
    assert (waiting.state, waiting.day) == ("waiting", (NIGHT + DAY * 4).date())
    runs.sweep(NIGHT)
    erased = asking.why("gallra.job", str(gone), now=NIGHT)
    assert erased.state == "erased"
    assert erased.receipt is not None
    with pytest.raises(asking.Unknown):
        asking.why("session", "no-such-key", now=NIGHT)


def test_every_period_on_the_page_is_carried_out() -> None:
    """Each own record is a record kind with the event its period names, or is removed at once by a verb."""
    kinds = gallra_kinds.kinds()
    assert set(own_records()) - set(kinds) == {r.kind for r in own_records().values() if r.at_once}
    for name, kind in kinds.items():
        assert [event.name for event in kind.events] == [own_records()[name].after]
    policy = read_policy(MINI)
    text = "\n".join(
        said.text for said in page(policy, kinds=own.every(), law=load_law(), lang="en").sentences()
    )
    for name in own_periods(policy):
        one = own_records()[name].one.en
        assert f"{one[0].upper()}{one[1:]} is erased" in text, name


@pytest.mark.promise("S1", "S3")
def test_check_covers_their_columns(fresh_database: Database) -> None:
    def found() -> set[tuple[str, str]]:
        policy = read_policy(MINI)
        said = check(policy, law=load_law(), kinds=own.every(), live=live_schema(), declared=declared())
        return {(f.id, f.subject) for f in said if f.id.startswith(("table-", "column-"))}

    assert found() == set()
    tables = {table.name for kind in gallra_kinds.kinds().values() for table in kind.tables()}
    assert not tables & set(own_tables())
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ADD COLUMN nickname text')
    assert found() == {("column-undeclared", f"{table}.nickname") for table in tables}


def test_no_key_of_a_person_is_declared_impersonal() -> None:
    def impersonal(kind: RecordKind) -> set[str]:
        return {f"{t.name}.{c.name}" for t in kind.tables() for c in t.columns if c.impersonal}

    said = set().union(*(impersonal(kind) for kind in gallra_kinds.kinds().values()))
    assert not {
        name for name in said if name.endswith((".email", ".user_id", ".session_key", ".secret", ".data"))
    }
