"""After an older backup was put back, disclosures, notices and breaches that were entered since are there again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import translation

from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.lines import entry_form
from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.rights import breach_affected, breach_telling, breaches, disclosures
from gallra.rights.models import Affected, Breach, BreachMessage, BreachStep, Disclosure, Notice
from gallra.running import again, erasures, marks, replay, restoring, unsettled
from tests.conftest import Database
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, ask, policy
from tests.running.test_restore import backup, copied
from tests.running.world import case, contact

BREACH = {"known_at": NOW - timedelta(hours=2), "by": ALVA, "now": NOW, "kinds": ["support.case"]}
RECORD = {"to": "authority", "recipient": "Polisen", "ground": "law", "why": "Beslut", "by": ALVA, "now": NOW}


def registers() -> list[list[object]]:
    """Every row, as it is."""
    rows: list[list[object]] = []
    for model in (Disclosure, Notice, Breach, BreachStep, BreachMessage):
        for row in model._default_manager.order_by("pk").values_list():
            rows.append([bytes(value) if isinstance(value, memoryview) else value for value in row])
    return rows + [
        list(row) for row in Affected.objects.order_by("address").values_list("address", "mail", "told_at")
    ]


@pytest.mark.slow
@pytest.mark.promise("M14", "M15")
@pytest.mark.article("33")
def test_what_was_entered_since_the_backup_is_there_again(fresh_database: Database) -> None:
    policy()
    case(contact=contact(BO))
    case(contact=contact(CLEO))
    about_bo = disclosures.record(**RECORD, extent="allt om Bo", approved_by="vd", address=BO)  # type: ignore[arg-type]
    older = breaches.enter(what="En bärbar dator", **BREACH)  # type: ignore[arg-type]
    marks.keep()
    make_checkpoint(NOW)
    with backup(fresh_database) as kept:
        made = breaches.enter(what="En kopia kom bort", **BREACH)  # type: ignore[arg-type]
        breaches.judge(made.pk, risk="high", consequences="Läst", measures="Spärrat", by=ALVA, now=NOW)
        breach_affected.look(made.pk, by=ALVA, now=NOW)
        breach_affected.list_by_hand(made.pk, ["dan@tredje.example"], by=ALVA, now=NOW)
        breach_telling.tell(made.pk, message="Vi tappade en kopia.", by=ALVA, now=NOW)
        assert breach_telling.send(made.pk, now=NOW) == 3
        breaches.reported(older.pk, at=NOW, by=ALVA, now=NOW, reference="IMY-1")
        breaches.close(older.pk, by=ALVA, now=NOW)
        disclosures.record(**RECORD, extent="tre ärenden", approved_by="vd", address=CLEO)  # type: ignore[arg-type]
        request = ask("erasure", channel="phone", by=ALVA)
        with transaction.atomic():
            told, waits = disclosures.to_tell(request, ["support.case", "newsletter.subscription"], now=NOW)[
                :2
            ]
        disclosures.tell(told.pk, how="Ringde Mark", by=ALVA, now=NOW)
        erasures.erase(BO, now=NOW + DAY, by=ALVA)  # the address goes from what is kept about Bo, too
        make_checkpoint(NOW + DAY)
        wanted = registers()
        copied(kept, fresh_database.name)
    file = replay.path().read_bytes().decode()
    for personal in (BO, CLEO, "dan@tredje", "Polisen", "kopia", "Mark"):
        assert personal not in file, "what people wrote and are called stands there sealed"
    assert Disclosure.objects.get().address == BO
    assert restoring.restore(NOW + DAY).complete
    assert registers() == wanted
    assert not Disclosure.objects.filter(pk=about_bo.pk).exclude(address="").exists()
    assert (told.state, Notice.objects.get(pk=waits.pk).state) == ("to tell", "to tell")
    assert Notice.objects.get(pk=told.pk).how == "Ringde Mark"
    before = Outgoing.objects.count()
    assert breach_telling.send(made.pk, now=NOW + DAY) == 0, "told once"
    assert Outgoing.objects.count() == before


def test_what_is_not_in_the_list_is_named_with_how_to_enter_it_again(db: object) -> None:
    policy()
    disclosures.record(**RECORD, extent="tre ärenden", approved_by="vd", address=BO)  # type: ignore[arg-type]
    made = breaches.enter(what="En kopia kom bort", **BREACH)  # type: ignore[arg-type]
    request = ask("erasure", channel="phone", by=ALVA)
    with transaction.atomic():
        disclosures.to_tell(request, ["newsletter.subscription"], now=NOW)
    entries = [
        entry_form(entry) for entry in Entry.objects.filter(action__in=("disclosure", "breach", "notice"))
    ]
    assert all(again.needs_line(entry) for entry in entries)
    with translation.override("en"):
        told = [unsettled.described(int(str(e["number"])), e) for e in entries]
    said = {one.action: one for one in told}
    assert "gallra disclosures add" in said["disclosure"].to_do
    assert "gallra breaches" in said["breach"].to_do
    assert f"breach {made.pk}" in said["breach"].about
    assert "gallra disclosures notices" in said["notice"].to_do
    assert any("mailchimp" in one.about for one in told if one.action == "notice")
    assert not any(BO in each.about or "Polisen" in each.about for each in said.values())
