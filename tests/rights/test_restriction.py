"""Restriction (Article 18) from the request to its end, the person told first."""

from __future__ import annotations

from datetime import date

import pytest

from gallra.ledger.models import Entry
from gallra.mail import newsletters
from gallra.mail.models import Outgoing
from gallra.registers.directory import restricting
from gallra.registers.errors import Refused as RegisterRefused
from gallra.registers.newsletter.models import Subscription
from gallra.registers.support import actions as support
from gallra.registers.support.models import Case, Contact
from gallra.rights import deciding, minding, restriction
from gallra.rights.models import Notice, Restriction
from gallra.running import asking, holds, persons
from gallra.running.holds import NotAHold
from gallra.running.models import Hold
from tests.person.world import Seed
from tests.rights.refusing import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, confirmed, events, letter, mails, policy, work
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.article("18")]


def test_from_the_request_to_the_end() -> None:
    policy()
    Seed("Mark", BO).everything()
    Seed("Other", CLEO).everything()
    made = confirmed("restriction", said="Uppgifterna är fel")
    work()
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    assert work() == ["carry_out_request"]
    found = Restriction.objects.get()
    assert (found.request, found.ground, found.since) == (made.pk, "Uppgifterna är fel", NOW + 2 * DAY)
    assert restricting.is_restricted(BO)
    said = letter(made)
    assert "25 november 2026" in said, "the letter says since when"
    assert "MailChimp: ska underrättas" in said, "nobody has been told yet"
    assert set(Notice.objects.values_list("recipient", "state")) == {
        ("mailchimp", "to tell"), ("microsoft", "to tell"),
    }  # fmt: skip
    with pytest.raises(RegisterRefused, match=r"restricted|begränsad"):
        support.reply(Case.objects.get(contact__email=BO).pk, body="Hej", actor="user:7", now=NOW + 3 * DAY)
    subscription = Subscription.objects.get(contact__email=BO)
    assert newsletters.post(subscription.pk, text="trial", context={}, now=NOW + 3 * DAY) is None
    with pytest.raises(NotAHold):
        holds.release(found.hold, now=NOW + 3 * DAY, by=ALVA)
    assert Entry.objects.get(action="hold.added").body["restriction"] is True

    later = NOW + 10 * DAY
    refused("reason_needed", restriction.end, found.pk, reason=" ", by=ALVA, now=later)
    refused(
        "ends_too_soon", restriction.end, found.pk, reason="Rättat", by=ALVA, now=later, on=date(2026, 12, 3)
    )
    before = Outgoing.objects.count()
    restriction.end(found.pk, reason="Uppgifterna stämmer nu", by=ALVA, now=later)
    refused("ends_already", restriction.end, found.pk, reason="Rättat", by=ALVA, now=later)
    told = Outgoing.objects.order_by("-pk")[0]
    assert Outgoing.objects.count() == before + 1
    assert (told.address, told.text) == (BO, "rights/lifting")
    assert "10 december 2026" in told.plain
    assert "Uppgifterna stämmer nu" in told.plain
    Outgoing.objects.filter(pk=told.pk).update(state="waiting", fate="underway", sent_at=None)
    assert restriction.lift_due(later + 30 * DAY) == 0, "nobody has been told: it stays, however late"
    Outgoing.objects.filter(pk=told.pk).update(state="sent", fate="sent", sent_at=later)
    assert restriction.lift_due(later + 6 * DAY) == 0, "told, but its day has not come"
    assert minding.mind(later + 7 * DAY)["lifted"] == 1
    assert not restricting.is_restricted(BO)
    found.refresh_from_db()
    assert (found.address, found.lifted_at) == ("", later + 7 * DAY)
    assert events(made)[-1] == "lifted"
    assert Hold.objects.get().released_at == later + 7 * DAY
    support.reply(Case.objects.get(contact__email=BO).pk, body="Hej", actor="user:7", now=later + 8 * DAY)
    assert mails()[-1] == ("rights/lifting", BO)


def test_told_on_the_day_it_ends_it_ends_the_day_after() -> None:
    policy()
    made = restriction.add(CLEO, ground="", by=ALVA, now=NOW)
    assert restriction.add(CLEO, ground="", by=ALVA, now=NOW).pk == made.pk, "twice is once"
    restriction.end(made.pk, reason="Klart", by=ALVA, now=NOW, on=date(2026, 11, 24))
    Outgoing.objects.update(state="sent", fate="sent", sent_at=NOW + DAY)
    assert restriction.lift_due(NOW + DAY) == 0
    assert restriction.lift_due(NOW + 2 * DAY) == 1


def test_staff_tell_who_cannot_be_mailed_and_can_change_their_mind() -> None:
    policy()
    made = restriction.add(CLEO, ground="", by=ALVA, now=NOW)
    refused("not_ending", restriction.told, made.pk, how="brev", by=ALVA, now=NOW)
    restriction.end(made.pk, reason="Klart", by=ALVA, now=NOW)
    restriction.go_on(made.pk, by=ALVA, now=NOW)
    assert restriction.lift_due(NOW + 30 * DAY) == 0
    restriction.end(made.pk, reason="Klart", by=ALVA, now=NOW, told_how="brev den 20 november")
    assert restriction.lift_due(NOW + 7 * DAY) == 1
    refused("no_restriction", restriction.end, made.pk, reason="Klart", by=ALVA, now=NOW)


def test_the_data_can_be_corrected_at_the_persons_wish_and_the_new_address_is_restricted_too() -> None:
    policy()
    case(contact=contact(BO))
    made = restriction.add(BO, ground="", by=ALVA, now=NOW)
    persons.correct(BO, {"name": "Bo Ekman", "email": CLEO}, now=NOW, by="request")
    assert Contact.objects.get().name == "Bo Ekman"
    assert restricting.is_restricted(CLEO)
    restriction.end(made.pk, reason="Rättat", by=ALVA, now=NOW, told_how="telefon")
    restriction.lift_due(NOW + 7 * DAY)
    assert not restricting.is_restricted(BO, CLEO)
    assert not Hold.objects.filter(released_at=None).exists()


def test_the_sweep_leaves_it_and_why_says_so() -> None:
    policy()
    kept = case(contact=contact(BO), closed=NOW - 200 * DAY)
    restriction.add(BO, ground="", by=ALVA, now=NOW)
    answer = asking.why("support.case", str(kept.number), now=NOW)
    assert "hold" in str(answer)
    Restriction.objects.all().delete()
    restriction.lift_due(NOW)
    assert Restriction.objects.get().address == BO, "after a restore staff see it again"
