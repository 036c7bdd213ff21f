"""Prospects, customers and partners: the date added, the company's last contact, reviews, sales (M17–M20)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gallra.registers.crm import actions, sales
from gallra.registers.crm.models import Contact, Dialogue, Relation, Review
from gallra.registers.errors import Refused
from gallra.registers.given import Firm, Origin, Person
from tests.registers.cast import ALVA, BO, CLEO, FIRM, NOW, STAFF, at

FAIR = Origin(where="import", by_person=False)


def prospect(person: Person = BO, firm: Firm | None = FIRM) -> Relation:
    return actions.add_prospect(person, firm=firm, origin=FAIR, actor="import", now=NOW)


def reread(*relations: Relation) -> None:
    for relation in relations:
        relation.refresh_from_db()


@pytest.mark.promise("M20", "S6")
def test_the_date_added_survives_a_reimport(db: object) -> None:
    first = prospect()
    again = actions.add_prospect(BO, firm=FIRM, origin=FAIR, actor="import", now=at("2027-01-01"))
    assert (again.pk, again.added_at) == (first.pk, NOW)
    assert Contact.objects.get().notice_from == NOW, "not given by the person: Article 14"
    older = actions.add_prospect(CLEO, added_at=at("2024-05-01"), origin=FAIR, actor="import", now=NOW)
    assert older.added_at == at("2024-05-01")
    assert actions.add_prospect(CLEO, origin=FAIR, actor="import", now=NOW).added_at == at("2024-05-01")
    tomorrow = Person(email="dag@annan.example")
    late = actions.add_prospect(tomorrow, added_at=at("2030-01-01"), origin=FAIR, actor="import", now=NOW)
    assert late.added_at == NOW, "an import cannot lengthen its own clock"


def test_a_company_without_people_is_a_prospect_once(db: object) -> None:
    one = actions.add_prospect(firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    two = actions.add_prospect(firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    assert one.pk == two.pk
    with pytest.raises(Refused) as refused:
        actions.add_prospect(origin=STAFF, actor=ALVA, now=NOW)
    assert refused.value.code == "missing"


@pytest.mark.promise("M19", "M20")
def test_a_dialogue_with_one_is_a_dialogue_with_the_company(db: object) -> None:
    bo, colleague = prospect(), prospect(Person(email="siv@kund.example"))
    stranger = prospect(CLEO, Firm(name="Annat AB"))
    day = at("2026-03-01")
    actions.log_dialogue(bo.pk, channel="phone", direction="both", text="Vill veta mer", actor=ALVA, now=day)
    reread(bo, colleague, stranger)
    assert (bo.last_contact_at, bo.company_last_contact_at, bo.company_dialogue) == (day, day, True)
    assert (colleague.last_contact_at, colleague.company_last_contact_at) == (None, day)
    assert colleague.company_dialogue
    assert (stranger.company_last_contact_at, stranger.company_dialogue) == (None, False)


@pytest.mark.promise("M19")
def test_what_only_we_send_is_no_contact(db: object) -> None:
    bo = prospect()
    actions.log_dialogue(
        bo.pk, channel="mail", direction="out", text="Erbjudande", actor=ALVA, now=at("2026-03-01")
    )
    reread(bo)
    assert (bo.company_dialogue, bo.company_last_contact_at) == (False, None)
    actions.log_dialogue(
        bo.pk,
        channel="mail",
        direction="in",
        mail_id="<1@kund>",
        text="Berätta",
        actor="mail",
        now=at("2026-03-02"),
    )
    actions.log_dialogue(
        bo.pk,
        channel="mail",
        direction="out",
        answers="<1@kund>",
        text="Så här",
        actor=ALVA,
        now=at("2026-03-03"),
    )
    reread(bo)
    assert bo.company_last_contact_at == at("2026-03-03"), "an answer to their letter goes both ways"
    actions.log_dialogue(
        bo.pk,
        channel="mail",
        direction="out",
        answers="<9@okand>",
        text="Mer",
        actor=ALVA,
        now=at("2026-03-09"),
    )
    reread(bo)
    assert bo.company_last_contact_at == at("2026-03-03")
    assert list(Dialogue.objects.order_by("pk").values_list("counts", flat=True)) == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.promise("M19")
def test_the_clock_never_goes_back_nor_ahead(db: object) -> None:
    bo = prospect()
    log = {"channel": "meeting", "direction": "both", "actor": ALVA, "now": at("2026-03-10")}
    actions.log_dialogue(bo.pk, held_at=at("2026-03-05"), **log)  # type: ignore[arg-type]
    actions.log_dialogue(bo.pk, held_at=at("2026-03-01"), **log)  # type: ignore[arg-type]
    reread(bo)
    assert bo.company_last_contact_at == at("2026-03-05")
    actions.log_dialogue(bo.pk, held_at=at("2027-03-01"), **log)  # type: ignore[arg-type]
    reread(bo)
    assert bo.company_last_contact_at == at("2026-03-10")


@pytest.mark.promise("M19")
def test_someone_new_at_the_company_takes_over_the_companys_clock(db: object) -> None:
    bo = prospect()
    actions.log_dialogue(bo.pk, channel="phone", direction="in", actor=ALVA, now=at("2026-03-01"))
    new = prospect(Person(email="siv@kund.example"))
    assert (new.company_dialogue, new.company_last_contact_at) == (True, at("2026-03-01"))
    assert new.last_contact_at is None


def test_a_colleague_at_the_other_end_is_contact_with_the_company_only(db: object) -> None:
    bo = prospect()
    actions.log_dialogue(
        bo.pk,
        channel="phone",
        direction="both",
        participant=Person(name="Siv Kollega"),
        actor=ALVA,
        now=at("2026-03-01"),
    )
    reread(bo)
    assert (bo.last_contact_at, bo.company_last_contact_at) == (None, at("2026-03-01"))
    assert Contact.objects.get(name="Siv Kollega").notice_from == at("2026-03-01")


def test_a_note_moves_no_clock_and_an_order_does(db: object) -> None:
    bo = prospect()
    actions.log_note(bo.pk, text="Gillar segling", actor=ALVA, now=at("2026-03-01"))
    reread(bo)
    assert not bo.company_dialogue
    case = actions.open_case(
        bo.pk,
        kind="demo request",
        subject="Visning",
        technical_information="40 användare",
        actor="form",
        now=at("2026-03-02"),
    )
    reread(bo)
    assert (bo.last_contact_at, bo.company_dialogue) == (at("2026-03-02"), True)
    actions.close_case(case.pk, actor=ALVA, now=at("2026-03-03"))
    with pytest.raises(Refused):
        actions.close_case(case.pk, actor=ALVA, now=at("2026-03-03"))


@pytest.mark.promise("M17")
def test_a_prospect_becomes_a_customer_with_its_history(db: object) -> None:
    bo = prospect()
    actions.log_dialogue(bo.pk, channel="phone", direction="in", actor=ALVA, now=at("2026-03-01"))
    actions.become_customer(bo.pk, actor=ALVA, now=at("2026-03-02"))
    reread(bo)
    assert (bo.role, bo.became_customer_at, bo.added_at) == ("customer", at("2026-03-02"), NOW)
    assert Dialogue.objects.filter(relation=bo).exists()
    with pytest.raises(Refused) as refused:
        actions.become_customer(bo.pk, actor=ALVA, now=at("2026-03-03"))
    assert refused.value.code == "already_customer"
    second = prospect()
    with pytest.raises(Refused) as refused:
        actions.become_customer(second.pk, actor=ALVA, now=at("2026-03-03"))
    assert refused.value.code == "relation_exists"


@pytest.mark.promise("M18")
def test_a_review_has_a_decision_and_a_reason(db: object) -> None:
    bo = actions.add_customer(BO, firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.review(bo.pk, decision="keep", reason="  ", actor=ALVA, now=NOW)
    assert refused.value.code == "reason_needed"
    actions.review(bo.pk, decision="erase", reason="Ingen försäljning", actor=ALVA, now=at("2026-03-01"))
    reread(bo)
    assert (bo.reviewed_at, bo.erase_decided_at) == (at("2026-03-01"), at("2026-03-01"))
    actions.review(bo.pk, decision="keep", reason="Nytt anbud", actor=ALVA, now=at("2026-03-02"))
    reread(bo)
    assert (bo.reviewed_at, bo.erase_decided_at) == (at("2026-03-02"), None)
    assert list(Review.objects.order_by("pk").values_list("decision", "decided_by")) == [
        ("erase", ALVA),
        ("keep", ALVA),
    ]


@pytest.mark.promise("M17")
def test_open_sales_are_counted(db: object) -> None:
    bo = actions.add_customer(BO, firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    one = sales.open_sale(bo.pk, subject="Fler användare", amount=Decimal("12000"), actor=ALVA, now=NOW)
    sales.open_sale(bo.pk, subject="Utbildning", actor=ALVA, now=NOW)
    reread(bo)
    assert bo.sales_open == 2
    sales.close_sale(one.pk, won=True, actor=ALVA, now=at("2026-03-01"))
    reread(bo)
    assert bo.sales_open == 1
    with pytest.raises(Refused) as refused:
        sales.close_sale(one.pk, won=False, actor=ALVA, now=at("2026-03-01"))
    assert refused.value.code == "sale_closed"


@pytest.mark.promise("S12")
def test_a_partner_is_a_relation_of_its_own(db: object) -> None:
    bo = prospect()
    partner = actions.add_partner(BO, firm=FIRM, origin=STAFF, actor=ALVA, now=NOW)
    assert partner.pk != bo.pk
    assert partner.contact_id == bo.contact_id
