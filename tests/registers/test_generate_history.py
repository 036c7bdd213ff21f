"""A generated history: the same for the same seed, and with something to do for every rule of every policy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from gallra.policy import read_policy
from gallra.policy.periods import Period
from gallra.policy.rules import Rules
from gallra.registers.generate import rows
from gallra.registers.generate.making import policy_file
from gallra.registers.generate.store import History
from gallra.registers.generate.story import tell
from gallra.registers.generate.telling import rules_for
from gallra.systems import own

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ZONE = ZoneInfo("Europe/Stockholm")
POLICIES = ("swinx", "munkeby", "swinx-mended", "munkeby-mended")
PUBLISHED = POLICIES[:2]
CONTACTS = ("support_contact", "crm_contact", "finance_contact", "newsletter_contact")


@cache
def rules_of(policy: str) -> Rules:
    return rules_for(read_policy(policy_file(policy)))


@cache
def history_of(policy: str, *, people: int = 600, seed: int = 1, now: datetime = NOW) -> History:
    return tell(rules=rules_of(policy), kinds=own.kinds(), people=people, seed=seed, now=now)


def day(moment: datetime | None) -> date | None:
    return moment.astimezone(ZONE).date() if moment else None


def phase(due: date | None, *, today: date = TODAY) -> str:
    """What a due day means today: kept (no clock runs), waiting, nearly (a fortnight), due, late (past 48 hours)."""
    if due is None:
        return "kept"
    left = (due - today).days
    return "late" if left < -1 else "due" if left <= 0 else "nearly" if left <= 14 else "waiting"


def phases(days: Iterator[date | None]) -> Counter[str]:
    return Counter(map(phase, days))


def ends(history: History) -> dict[int, date | None]:
    """Per company, the day its last agreement ended; None while one is open or where there was none."""
    return {
        c.id: None if c.agreements_open else c.agreements_until
        for c in history.of(rows.Company)
    }  # fmt: skip


def after(period: Period, began: date | None) -> date | None:
    return period.after(began) if began else None


# --- the same again ---


@pytest.mark.parametrize("policy", PUBLISHED)
def test_the_same_seed_tells_the_same_history(policy: str) -> None:
    told = tell(rules=rules_of(policy), kinds=own.kinds(), people=600, seed=1, now=NOW)
    assert told.digest() == history_of(policy).digest()
    assert told.digest() != history_of(policy, seed=2).digest()


@pytest.mark.parametrize(
    ("policy", "people"), [*((policy, n) for policy in POLICIES for n in (60, 600)), ("munkeby", 2000)]
)
def test_about_as_many_people_as_asked(policy: str, people: int) -> None:
    history = history_of(policy, people=people)
    known = {c.email for table in CONTACTS for c in history.table(table).values()}
    assert 0.8 * people < len(known) < 1.4 * people + 60, "rules need a few people whatever the size"


def test_rows_are_columns_of_the_declared_tables() -> None:
    tables = own.tables()
    for kind in rows.ROW_TYPES:
        if kind.TABLE in tables:
            computed = {name for name, value in vars(kind).items() if isinstance(value, property)}
            declared = {column.name for column in tables[kind.TABLE].columns} - computed
            assert {field.name for field in fields(kind)} == declared, kind.TABLE


# --- every rule has something to do ---


@pytest.mark.promise("M16")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cases_for_m16(seed: int) -> None:
    cases = history_of("munkeby", seed=seed).of(rows.Case)
    found = phases(after(Period(months=3), day(c.closed_at)) for c in cases if c.archived_at is None)
    assert min(found[name] for name in ("kept", "waiting", "nearly", "due")) >= 3
    assert not found["late"]
    assert sum(c.archived_at is not None for c in cases) > 500


@pytest.mark.promise("S17")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_invoices_for_s17(seed: int) -> None:
    """The Bookkeeping Act is the floor: through the seventh year after the one in which the financial year closed."""
    invoices = history_of("swinx", seed=seed).of(rows.Invoice)
    days = [
        max(Period(months=84).after(i.agreement_ended_on), date(i.year_ends_on.year + 8, 1, 1))
        if i.agreement_ended_on
        else None
        for i in invoices
    ]
    found = phases(iter(days))
    assert min(found[name] for name in ("kept", "waiting", "nearly", "due")) >= 3
    assert not found["late"]
    assert any(
        after(Period(months=84), i.agreement_ended_on) in (TODAY, TODAY - timedelta(days=1)) and d > TODAY
        for i, d in zip(invoices, days, strict=True)
        if d
    ), "some are due by the agreement and kept by the Act"
    assert any(i.agreement_id is None and i.agreement_ended_on is None for i in invoices), "uncovered"


@pytest.mark.promise("S17")
def test_agreements_for_s17_fall_due_at_new_year() -> None:
    """An agreement's own financial year is the one it ended in, so that its floor always passes at a new year."""
    new_year = datetime(2027, 1, 1, 8, tzinfo=UTC)
    agreements = history_of("swinx", now=new_year).of(rows.Agreement)
    days = [
        max(Period(months=84).after(a.ended_on), date(a.ended_on.year + 8, 1, 1)) if a.ended_on else None
        for a in agreements
    ]
    found = Counter(phase(d, today=new_year.date()) for d in days)
    assert min(found[name] for name in ("kept", "waiting", "due")) >= 2
    assert not found["late"]


@pytest.mark.promise("S18")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_six_kinds_for_s18(seed: int) -> None:
    history = history_of("swinx", seed=seed)
    ended = ends(history)
    company = {c.id: c.company_id for c in history.of(rows.NewsletterContact)}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, company_id in (
        *(("support.case", c.company_id) for c in history.of(rows.Case)),
        *(("licensing.licence", x.company_id) for x in history.of(rows.Licence)),
        *((f"crm.{r.role}", r.company_id) for r in history.of(rows.Relation)),
        *(("newsletter.subscription", company[s.contact_id or 0]) for s in history.of(rows.Subscription)),
    ):
        counted[kind][phase(after(Period(months=36), ended[company_id] if company_id else None))] += 1
    assert set(counted) == {
        "support.case", "licensing.licence", "crm.customer", "crm.prospect", "crm.partner", "newsletter.subscription",
    }  # fmt: skip
    for kind, found in counted.items():
        assert min(found[name] for name in ("kept", "waiting", "nearly", "due")) >= 1, kind
        assert not found["late"], kind


@pytest.mark.promise("S18")
def test_some_people_never_had_an_agreement() -> None:
    history = history_of("swinx")
    never = {c.id for c in history.of(rows.Company) if not c.agreements_open and c.agreements_until is None}
    assert any(r.company_id in never for r in history.of(rows.Relation) if r.role == "prospect")
    assert any(c.company_id in never for c in history.of(rows.Case))


@pytest.mark.promise("M19", "M20")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_prospects_for_m19_and_m20(seed: int) -> None:
    prospects = [r for r in history_of("munkeby", seed=seed).of(rows.Relation) if r.role == "prospect"]
    with_dialogue = phases(
        after(Period(months=24), day(r.company_last_contact_at)) for r in prospects if r.company_dialogue
    )
    without = phases(after(Period(months=12), day(r.added_at)) for r in prospects if not r.company_dialogue)
    for found in (with_dialogue, without):
        assert min(found[name] for name in ("waiting", "nearly", "due")) >= 1
        assert not found["late"]


@pytest.mark.promise("M19", "M20")
def test_the_day_after_a_leap_day_has_something_due() -> None:
    """It is 1 March in Malmö: what was added on 28 February went yesterday, what was added on 1 March goes now."""
    leap = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    prospects = [r for r in history_of("munkeby", now=leap).of(rows.Relation) if r.role == "prospect"]
    days = [after(Period(months=12), day(r.added_at)) for r in prospects if not r.company_dialogue]
    found = Counter(phase(d, today=date(2024, 3, 1)) for d in days)
    assert found["due"]
    assert not found["late"]


@pytest.mark.promise("M17", "M18")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reviews_for_m18_three_of_them_late(seed: int) -> None:
    history = history_of("munkeby", seed=seed)
    ended = ends(history)

    def due(r: rows.Relation) -> date:
        yearly = Period(months=12).after(day(r.reviewed_at) or day(r.became_customer_at) or TODAY)
        last = ended[r.company_id or 0]
        sooner = last is not None and (r.reviewed_at is None or (day(r.reviewed_at) or TODAY) < last)
        return min(yearly, last) if sooner and last else yearly

    customers = [r for r in history.of(rows.Relation) if r.role == "customer"]
    found = phases(due(r) for r in customers)
    assert found["late"] == 3
    assert min(found[name] for name in ("waiting", "nearly", "due")) >= 2
    assert any(ended[r.company_id or 0] in (TODAY, TODAY - timedelta(days=1)) for r in customers), (
        "an agreement has just ended: reviewed at once"
    )


@pytest.mark.parametrize(
    ("policy", "people"), [*((policy, n) for policy in POLICIES for n in (60, 600)), ("munkeby", 2000)]
)
def test_the_first_sweep_does_not_trip_the_brake(policy: str, people: int) -> None:
    """Twenty per cent of a record kind, never fewer than fifty records: counted for every rule that takes something."""
    from gallra.registers.generate.lapse import Lapse

    history, rules = history_of(policy, people=people), rules_of(policy)
    lapse = Lapse(history, rules=rules, kinds=own.kinds())
    for name, kind in lapse.kinds.items():
        records = list(lapse.records(kind))
        gone = {
            row.id
            for rule in rules.rules
            if rule.kind == name and rule.action != "review"
            for row in records
            if (due := lapse.due_on(row, rule=rule)) and due <= TODAY + timedelta(days=1)
        }
        assert len(gone) <= max(50, len(records) // 5), name


# --- as the verbs would have left it ---


@pytest.mark.parametrize("policy", POLICIES)
def test_counters_of_agreements_are_what_the_agreements_say(policy: str) -> None:
    history = history_of(policy)
    agreements: dict[int, list[rows.Agreement]] = defaultdict(list)
    for agreement in history.of(rows.Agreement):
        agreements[agreement.company_id or 0].append(agreement)
    for company in history.of(rows.Company):
        held = agreements[company.id]
        assert company.agreements_open == sum(a.ended_on is None for a in held)
        if held:
            assert company.agreements_until == max((a.ended_on for a in held if a.ended_on), default=None)
    for agreement in history.of(rows.Agreement):
        assert (agreement.ended_on is None) == (agreement.year_ends_on is None)
        if agreement.ended_on:
            assert agreement.ended_on >= agreement.starts_on
            assert agreement.renews_on is None


@pytest.mark.parametrize("policy", POLICIES)
def test_last_contact_and_dialogue_are_what_the_dialogues_say(policy: str) -> None:
    history = history_of(policy)
    contact: dict[int, list[datetime]] = defaultdict(list)
    for dialogue in history.of(rows.Dialogue):
        if dialogue.counts:
            contact[dialogue.relation_id].append(dialogue.held_at)
            assert dialogue.direction != "out" or dialogue.answers, "what only we sent does not count (M19)"
    for matter in history.of(rows.CrmCase):
        contact[matter.relation_id].append(matter.opened_at)
    of_company: dict[int, list[datetime]] = defaultdict(list)
    relations = history.of(rows.Relation)
    for relation in relations:
        of_company[relation.company_id or 0] += contact[relation.id]
    sales = Counter(s.relation_id for s in history.of(rows.Sale) if s.closed_at is None)
    for relation in relations:
        assert relation.last_contact_at == max(contact[relation.id], default=None)
        assert relation.sales_open == sales[relation.id]
        assert (relation.role == "customer") <= (relation.became_customer_at is not None)
    alike: dict[int, set[tuple[datetime | None, bool]]] = defaultdict(set)
    for relation in relations:
        alike[relation.company_id or 0].add((relation.company_last_contact_at, relation.company_dialogue))
    for company, said in alike.items():
        assert len(said) == 1, "a company's clock is the same on each of its relations"
        (moment, dialogue_had), held = next(iter(said)), of_company[company]
        if held:
            assert (moment, dialogue_had) == (max(held), True)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_last_review_is_the_last_of_the_reviews(policy: str) -> None:
    history = history_of(policy)
    reviews: dict[int, list[datetime]] = defaultdict(list)
    for review in history.of(rows.Review):
        reviews[review.relation_id].append(review.decided_at)
        assert review.reason
    for relation in history.of(rows.Relation):
        assert relation.reviewed_at == max(reviews[relation.id], default=None)


@pytest.mark.parametrize("policy", POLICIES)
def test_cases_and_their_letters_agree(policy: str) -> None:
    history = history_of(policy)
    last: dict[int, datetime] = {}
    direction: dict[int, str] = {}
    for message in sorted(history.of(rows.Message), key=lambda m: (m.sent_at, m.id)):
        direction[message.case_id] = message.direction
        last[message.case_id] = max(last.get(message.case_id, message.sent_at), message.sent_at)
    for note in history.of(rows.CaseNote):
        last[note.case_id] = max(last.get(note.case_id, note.made_at), note.made_at)
    for case in history.of(rows.Case):
        assert case.opened_at <= NOW
        assert (case.status == "closed") == (case.closed_at is not None)
        if case.archived_at is None:
            assert case.last_contact_at == last.get(case.id, case.opened_at)
            assert case.opened_at <= (case.last_contact_at or NOW) <= (case.closed_at or NOW)
            assert case.subject
            if case.status != "closed":
                assert case.status == {"out": "waiting", "in": "open"}[direction[case.id]]
    numbers = [c.number for c in sorted(history.of(rows.Case), key=lambda c: (c.opened_at, c.id))]
    assert numbers == sorted(numbers)


@pytest.mark.promise("M16")
def test_archived_cases_have_lost_everything_personal() -> None:
    history = history_of("munkeby")
    personal = [column.name for column in own.kinds()["support.case"].table.personal]
    gone = {case.id for case in history.of(rows.Case) if case.archived_at}
    for case in history.of(rows.Case):
        if case.archived_at:
            assert all(getattr(case, name) is None for name in personal)
            assert case.closed_at is not None
            assert day(case.archived_at) == Period(months=3).after(day(case.closed_at) or TODAY)
    parts = (rows.Message, rows.CaseNote, rows.Concerned, rows.CaseDocument)
    assert not any(row.case_id in gone for kind in parts for row in history.table(kind.TABLE).values())


@pytest.mark.promise("S17")
@pytest.mark.parametrize("policy", PUBLISHED)
def test_invoices_have_no_gap_where_no_rule_can_have_taken_one(policy: str) -> None:
    invoices = sorted(history_of(policy).of(rows.Invoice), key=lambda i: i.number)
    assert [i.issued_on for i in invoices] == sorted(i.issued_on for i in invoices)
    kept = [i.number for i in invoices if i.issued_on.year >= TODAY.year - 7]
    assert kept == list(range(kept[0], kept[0] + len(kept)))
    lines: dict[int, Decimal] = defaultdict(Decimal)
    for line in history_of(policy).of(rows.Line):
        lines[line.invoice_id] += line.amount
        assert line.amount == (line.quantity * line.unit_price).quantize(Decimal("0.01"))
    for invoice in invoices:
        assert invoice.net == lines[invoice.id]
        assert invoice.total == invoice.net + invoice.vat
        assert invoice.year_ends_on == date(invoice.issued_on.year, 12, 31)
    by_id = {invoice.id: invoice for invoice in invoices}
    for credit in (i for i in invoices if i.credits_id):
        assert by_id[credit.credits_id or 0].total == -credit.total


@pytest.mark.promise("M2", "M3", "M4", "M5", "S7")
@pytest.mark.parametrize("policy", POLICIES)
def test_contacts_hold_only_the_fields_that_their_purposes_name(policy: str) -> None:
    history, rules, kinds = history_of(policy), rules_of(policy), own.kinds()
    for table in CONTACTS:
        words: set[str] = set()
        for kind in (kinds[name] for name in rules.kinds if name in kinds):
            if kind.contacts and kind.contacts.table.name == table:
                words |= rules.fields[kind.name] or {"name", "company", "email", "phone"}
        refused = [c.name for c in own.tables()[table].columns if c.field and c.field not in words]
        for contact in history.table(table).values():
            assert not [name for name in refused if getattr(contact, name) is not None]
            given = {n for n in contact.sources if getattr(contact, n) is not None}
            assert given == set(contact.sources)


@pytest.mark.promise("S1")
@pytest.mark.parametrize(
    ("policy", "empty"),
    [("swinx", {"support_account", "crm_review"}), ("munkeby", {"licensing_licence", "support_suggestion"})],
)
def test_a_register_that_no_system_names_stays_empty(policy: str, empty: set[str]) -> None:
    assert not empty & set(history_of(policy).counts())


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_refers_to_what_is_not_there(policy: str) -> None:
    history = history_of(policy)
    for kind in rows.ROW_TYPES:
        table = own.tables().get(kind.TABLE)
        for column in table.columns if table else ():
            if column.references in history.counts():
                there = history.table(column.references)
                for row in history.of(kind):
                    key = getattr(row, column.name)
                    assert key is None or key in there, f"{kind.TABLE}.{column.name}"


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_happens_after_now(policy: str) -> None:
    history = history_of(policy)
    for kind in rows.ROW_TYPES:
        moments = [f.name for f in fields(kind) if f.name.endswith("_at")]
        for row in history.of(kind):
            for name in moments:
                moment = getattr(row, name)
                assert moment is None or moment <= NOW, f"{kind.TABLE}.{name}"
