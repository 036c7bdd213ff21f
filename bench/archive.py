"""Archiving a tenth of a million cases, by our engine and by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from bench.common import NIGHT, Bench, archived_after_three_months, cases, number, question, receipts
from bench.measure import Result, by_turns, median, said, timed

CUTOFF = datetime.fromisoformat("2026-08-23T00:00:00+02:00")
"""Closed on 22 August or before: three calendar months have passed on 22 November."""
DUE = "archived_at IS NULL AND closed_at < %(cutoff)s"
EMPTIED = """archived_at = %(now)s, contact_id = NULL, company_id = NULL, subject = NULL, description = NULL,
    technical_information = NULL, assignee = NULL"""


def archive(bench: Bench) -> Result:
    """Against the two statements anybody would write: the messages go, the cases are emptied, in one transaction."""
    return _archive(bench, "archive", _ours, _two_statements, aim=1.0,
                    title="archive {due} due of {cases} cases with {messages} messages, receipts included",
                    peer="the two set statements by hand in one transaction")  # fmt: skip


def settled(bench: Bench) -> Result:
    """The same, and whom nothing refers to any more goes too."""
    return _archive(bench, "settled", _ours_settled, _five_statements, aim=1.1,
                    title="the same with contacts and companies settled",
                    peer="the best set statements by hand")  # fmt: skip


def _archive(
    bench: Bench, case: str, ours: Callable[[], None], by_hand: Callable[[], None], *, aim: float, title: str,
    peer: str,
) -> Result:  # fmt: skip
    template = cases(bench)
    ends: set[tuple[int, ...]] = set()

    def play(act: Callable[[], None]) -> float:
        with bench.stage.copy(template):
            connection.ensure_connection()
            seconds = timed(act)
            ends.add(_end())
            return seconds

    found = by_turns(bench.runs, {"ours": lambda: play(ours), "by hand": lambda: play(by_hand)}, bench.told)
    if len(ends) != 1:
        raise RuntimeError(f"the two did not do the same: {ends}")
    (archived, _, messages, *_) = ends.pop()
    shown = title.format(
        due=f"{archived:,}", cases=f"{bench.size.of(1_000_000):,}", messages=f"{bench.size.of(3_000_000):,}"
    )
    mine, theirs = median(found["ours"]), median(found["by hand"])
    if messages == 0:
        raise RuntimeError("no message is left: nothing was chosen")
    return Result(
        case, shown, peer, {"ours": said(mine), "by hand": said(theirs)}, mine / theirs, aim, bench.runs
    )


def _end() -> tuple[int, ...]:
    return (
        number("SELECT count(*) FROM support_case WHERE archived_at IS NOT NULL"),
        number("SELECT count(*) FROM support_case WHERE contact_id IS NOT NULL"),
        number("SELECT count(*) FROM support_message"),
        number("SELECT count(*) FROM support_contact"),
        number("SELECT count(*) FROM directory_company"),
    )


def _ours() -> None:
    from gallra.engine.act import carry_out
    from gallra.engine.work import work
    from gallra.systems.connection import OwnDatabase
    from gallra.systems.own import kinds

    asked = question(archived_after_three_months(), kinds()["support.case"])
    taken = carry_out(OwnDatabase(), work(asked), receipts())
    if taken.left or not taken.records:
        raise RuntimeError(f"the sweep left something: {taken}")


def _ours_settled() -> None:
    """The whole sweep, as it runs at night: plan, brake, every rule, contacts, companies, receipts."""
    from gallra.running.runs import sweep

    result = sweep(NIGHT)
    if result.outcome != "finished" or result.left:
        raise RuntimeError(f"the sweep did not finish: {result.reason or result.left}")


def _two_statements() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        parameters = {"cutoff": CUTOFF, "now": NIGHT}
        cursor.execute(
            f"DELETE FROM support_message m USING support_case c WHERE m.case_id = c.id AND c.{DUE}",
            parameters,
        )
        cursor.execute(f"UPDATE support_case SET {EMPTIED} WHERE {DUE}", parameters)


def _five_statements() -> None:
    """Whom the cases and messages named is kept by an array, for the working role makes no temporary tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        parameters = {"cutoff": CUTOFF, "now": NIGHT}
        cursor.execute(
            f"""WITH gone AS (
                DELETE FROM support_message m USING support_case c WHERE m.case_id = c.id AND c.{DUE}
                RETURNING m.contact_id)
            SELECT array_agg(DISTINCT contact_id) FROM gone""",
            parameters,
        )
        writers = cursor.fetchone()[0]
        cursor.execute(
            f"""WITH due AS (SELECT id, contact_id, company_id FROM support_case WHERE {DUE}),
            emptied AS (UPDATE support_case c SET {EMPTIED} FROM due WHERE c.id = due.id)
            SELECT array_agg(DISTINCT contact_id), array_agg(DISTINCT company_id) FROM due""",
            parameters,
        )
        reporters, companies = cursor.fetchone()
        cursor.execute(
            """WITH gone AS (
                DELETE FROM support_contact p WHERE id = ANY(%(contacts)s)
                AND NOT EXISTS (SELECT FROM support_case WHERE contact_id = p.id)
                AND NOT EXISTS (SELECT FROM support_message WHERE contact_id = p.id)
                AND NOT EXISTS (SELECT FROM support_note WHERE contact_id = p.id)
                AND NOT EXISTS (SELECT FROM support_document WHERE contact_id = p.id)
                AND NOT EXISTS (SELECT FROM support_concerned WHERE contact_id = p.id)
                AND NOT EXISTS (SELECT FROM support_account WHERE contact_id = p.id)
                RETURNING company_id)
            SELECT array_agg(DISTINCT company_id) FROM gone""",
            {"contacts": list({*writers, *reporters} - {None})},
        )
        employers = cursor.fetchone()[0] or []
        cursor.execute(
            """DELETE FROM directory_company c WHERE id = ANY(%(companies)s)
                AND NOT EXISTS (SELECT FROM support_case WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM support_contact WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM crm_contact WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM crm_relation WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM finance_contact WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM finance_agreement WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM finance_invoice WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM licensing_licence WHERE company_id = c.id)
                AND NOT EXISTS (SELECT FROM newsletter_contact WHERE company_id = c.id)""",
            {"companies": list({*companies, *employers} - {None})},
        )
