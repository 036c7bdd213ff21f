"""A night on which nothing is due: every rule of both policies, on ten thousand records a kind and on a million."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.common import NIGHT, POLICIES, Bench, receipts
from bench.measure import Result, median, said, timed
from bench.stage import Stage, point_to

FILES = ("swinx", "swinx-mended", "munkeby", "munkeby-mended")
FEW = 10_000
FILL = """
INSERT INTO directory_company (id, name, sole_trader, sources, agreements_open, agreements_until, added_at)
  SELECT n, 'Exempel ' || n, false, '{{}}', (n / 2 % 20 <> 7)::int,
    CASE WHEN n <= {ended} THEN date '2021-01-01' ELSE date '2026-01-01' + (n % 300) END, '2015-01-01'
  FROM generate_series(1, {companies}) n;
UPDATE directory_company SET agreements_open = 0 WHERE id <= {ended};
INSERT INTO support_contact (id, name, email, company_id, sources, added_at)
  SELECT n, 'Bo', n || '@example.com', {company}, '{{}}', '2024-01-01' FROM generate_series(1, {rows}) n;
INSERT INTO crm_contact (id, name, email, company_id, sources, added_at)
  SELECT n, 'Bo', n || '@example.com', {company}, '{{}}', '2024-01-01' FROM generate_series(1, {rows}) n;
INSERT INTO newsletter_contact (id, name, email, company_id, sources, added_at)
  SELECT n, 'Bo', n || '@example.com', {company}, '{{}}', '2024-01-01' FROM generate_series(1, {rows}) n;
INSERT INTO support_case (id, number, contact_id, company_id, subject, status, priority, source, opened_at, closed_at,
    archived_at)
  SELECT n, n, CASE WHEN n % 2 = 1 THEN n END, CASE WHEN n % 2 = 1 THEN {company} END,
    CASE WHEN n % 2 = 1 THEN 'Fel' END, CASE WHEN n % 4 = 1 THEN 'open' ELSE 'closed' END, 'normal', 'support',
    timestamptz '2023-01-01' + (n % 1000) * interval '1 day',
    CASE WHEN n % 2 = 0 THEN timestamptz '2025-06-01' - (n % 700) * interval '1 day'
      WHEN n % 4 = 3 THEN timestamptz '2026-11-21' - (n % 80) * interval '1 day' END,
    CASE WHEN n % 2 = 0 THEN timestamptz '2025-10-01' END
  FROM generate_series(1, {rows}) n;
INSERT INTO support_account (id, contact_id, handle, created_at, signed_in_at)
  SELECT n, n, gen_random_uuid(), '2024-12-01', timestamptz '2026-11-21' - (n % 700) * interval '1 day'
  FROM generate_series(1, {rows}) n;
INSERT INTO support_suggestion (id, text, status, given_at)
  SELECT n, 'Snabbare', 'new', timestamptz '2026-11-01' - (n % 300) * interval '1 day'
  FROM generate_series(1, {rows}) n;
INSERT INTO crm_relation (id, role, contact_id, company_id, source, added_at, became_customer_at, last_contact_at,
    company_last_contact_at, company_dialogue, sales_open, reviewed_at)
  SELECT n, CASE WHEN n % 2 = 0 THEN 'customer' WHEN n % 20 = 1 THEN 'partner' ELSE 'prospect' END, n,
    {company}, 'staff',
    timestamptz '2026-11-01' - (n % 340) * interval '1 day',
    CASE WHEN n % 2 = 0 THEN timestamptz '2020-01-01' END, '2026-10-01',
    timestamptz '2026-11-01' - (n % 340) * interval '1 day', n % 3 = 0, 0, '2026-11-10'
  FROM generate_series(1, {rows}) n;
INSERT INTO finance_agreement (id, number, company_id, starts_on, ended_on, year_ends_on, added_at)
  SELECT n, n, {company}, '2018-01-01', CASE WHEN n % 4 = 0 THEN date '2026-01-01' - (n % 2000) END,
    CASE WHEN n % 4 = 0 THEN date '2026-12-31' END, '2018-01-01'
  FROM generate_series(1, {rows}) n;
INSERT INTO finance_invoice (id, number, agreement_ended_on, company_id, issued_on, due_on, year_ends_on, currency, net,
    vat, total, booked_at)
  SELECT n, n, CASE WHEN n % 4 = 0 THEN date '2026-01-01' - (n % 2000) END, {company}, date '2026-01-01' - (n % 1500),
    date '2026-02-01' - (n % 1500), make_date(2026 - (n % 1500) / 365, 12, 31), 'SEK', 0, 0, 0, '2026-01-01'
  FROM generate_series(1, {rows}) n;
INSERT INTO licensing_licence (id, number, company_id, product, users, companies, add_ons, granted_at, expires_on)
  SELECT n, n::text, {company}, 'Navet', 5, 1, '[]', '2024-01-01', date '2026-11-01' - (n % 700)
  FROM generate_series(1, {rows}) n;
INSERT INTO newsletter_topic (id, code, title_sv, title_en, active) VALUES (1, 'nytt', 'Nytt', 'News', true);
INSERT INTO newsletter_subscription (id, topic_id, contact_id, source, language, asked_at, confirmed_at,
    ended_at, bounces)
  SELECT n, 1, n, 'web', 'sv', '2026-11-10', '2026-11-10',
    CASE WHEN n % 3 = 0 THEN timestamptz '2026-11-21' - (n % 25) * interval '1 day' END, 0
  FROM generate_series(1, {rows}) n;
"""
"""Half of the cases were archived before. A twentieth of the companies ended long ago; whatever had to go with them is
gone, and only what finance must keep still names them. Another twentieth ended this year, and their customers were
reviewed since.
"""


def idle(bench: Bench) -> Result:
    """Every rule carried out, every review asked, nothing found; a night at many rows against one at few."""
    many = bench.size.of(1_000_000)
    names = {rows: _template(bench.stage, rows) for rows in (FEW, many)}
    seconds: dict[int, list[float]] = {rows: [] for rows in names}
    by_rule: dict[int, dict[str, list[float]]] = {rows: {} for rows in names}
    for number in range(bench.runs + 1):
        for rows, name in names.items() if number % 2 else reversed(names.items()):
            point_to(name)
            _night(by_rule[rows])  # a connection's first questions read the catalogue; they are not counted
            found: dict[str, list[float]] = {}
            total = _night(found)
            if number:
                seconds[rows].append(total)
            for rule, values in found.items():
                by_rule[rows].setdefault(rule, []).extend(values)
        bench.told(
            f"night {number} of {bench.runs}: "
            + ", ".join(f"{r}: {said(s[-1])}" for r, s in seconds.items() if s)
        )
    few, lots = median(seconds[FEW]), median(seconds[many])
    slowest = sorted(
        by_rule[many], key=lambda rule: median(by_rule[FEW][rule]) - median(by_rule[many][rule])
    )[:3]
    note = "the rules that grew most: " + "; ".join(
        f"{rule} {said(median(by_rule[FEW][rule]))} → {said(median(by_rule[many][rule]))}" for rule in slowest
    )
    title = f"nothing due, {FEW:,} → {many:,} rows of each kind, every rule of both policies"
    figures = {"ours": said(lots), "few": said(few)}
    return Result("idle", title, f"itself at {FEW:,}", figures, lots / few, 1.5, bench.runs, note=note)


def _template(stage: Stage, rows: int) -> str:
    return stage.template(f"idle_{rows}", lambda: _fill(stage, rows))


def _fill(stage: Stage, rows: int) -> None:
    from django.db import connection

    from gallra.site import database  # noqa: F401 - the settings are read

    companies = max(rows // 5, 20)
    ended = companies // 20
    company = f"{ended} + 1 + n % {companies - ended}"
    with stage.superuser(str(connection.settings_dict["NAME"])) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in FILL.format(rows=rows, companies=companies, ended=ended, company=company).split(
            ";\n"
        ):
            if statement.strip():
                superuser.execute(statement)
        # What finance keeps of the companies that ended: agreements whose statute has not run out.
        superuser.execute("UPDATE finance_agreement SET company_id = id, ended_on = '2021-01-01',"
                          f" year_ends_on = '2021-12-31' WHERE id <= {ended}")  # fmt: skip
        superuser.execute("SET session_replication_role = origin")


def _night(found: dict[str, list[float]]) -> float:
    """Carry out every rule of every policy; seconds by rule, and together."""
    from gallra.engine.act import carry_out
    from gallra.engine.days import Today
    from gallra.engine.holds import OwnHolds
    from gallra.engine.plan import questions, step
    from gallra.engine.work import work
    from gallra.policy import read_policy
    from gallra.policy.law import load_law
    from gallra.policy.rules import rules
    from gallra.running.installed import own_kinds
    from gallra.systems.connection import OwnDatabase

    executor, total = OwnDatabase(), 0.0
    for name in FILES:
        policy = read_policy(Path(POLICIES / f"{name}.toml").read_text(encoding="utf-8"))
        made = rules(policy, law=load_law(), kinds=own_kinds())
        for question in questions(made, own_kinds(), Today.of(NIGHT, made.timezone), OwnHolds()):
            ready = work(replace(question, before=()))

            def act(question=question, ready=ready) -> None:  # type: ignore[no-untyped-def]
                if question.verb == "review":
                    count = step(executor, question).count
                else:
                    count = carry_out(executor, ready, receipts()).records
                if count:
                    raise RuntimeError(f"{question.name}: {count} are due")

            seconds = timed(act)
            total += seconds
            found.setdefault(f"{name}: {question.name}", []).append(seconds)
    return total
