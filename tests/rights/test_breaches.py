"""Breaches: the 72-hour clock, whom they concern, messages to them once, the report (Articles 33 and 34)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gallra.ledger.models import Entry
from gallra.mail.models import Outgoing
from gallra.registers.support.models import Concerned
from gallra.rights import breaches
from gallra.rights.models import Affected, Breach
from tests.person.world import Seed
from tests.rights.refusing import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, policy
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("db", "files"), pytest.mark.article("33")]
HOUR = timedelta(hours=1)


def entered(**more: object) -> Breach:
    policy()
    return breaches.enter(
        what="En säkerhetskopia har kommit bort", known_at=NOW - 2 * HOUR, by=ALVA, now=NOW,
        kinds=["support.case"], **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_clock_runs_from_when_it_was_known_and_staff_are_reminded_once_each() -> None:
    made = entered()
    assert breaches.one(made.pk, NOW).left == 70
    assert breaches.remind(NOW) == 0
    assert [breaches.remind(NOW + hours * HOUR) for hours in (23, 24, 47, 65, 66, 71, 80)] == [
        1,
        0,
        1,
        1,
        0,
        1,
        0,
    ]
    assert Outgoing.objects.filter(text="rights/clock").count() == 4
    refused("received_later", breaches.reported, made.pk, at=NOW - 3 * HOUR, by=ALVA, now=NOW)
    refused("late_needs_reason", breaches.reported, made.pk, at=NOW + 71 * HOUR, by=ALVA, now=NOW + 4 * DAY)
    refused("not_reported", breaches.close, made.pk, by=ALVA, now=NOW)
    breaches.reported(made.pk, at=NOW + 60 * HOUR, by=ALVA, now=NOW + 4 * DAY, reference="IMY-2026-1")
    assert breaches.one(made.pk, NOW + 4 * DAY).left is None
    breaches.close(made.pk, by=ALVA, now=NOW + 5 * DAY)
    refused("breach_closed", breaches.note, made.pk, text="Mer", by=ALVA, now=NOW + 6 * DAY)
    told = [entry.body["event"] for entry in Entry.objects.filter(action="breach").order_by("number")]
    assert told == ["entered", "reported", "closed"]


@pytest.mark.article("34")
def test_everybody_whom_it_concerns_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = entered()
    concerned = case(contact=contact(BO), messages=1)
    Concerned.objects.create(case=concerned, contact=contact(CLEO), added_at=NOW)
    case(contact=contact("dan@tredje.example"))
    assert breaches.look_for_affected(made.pk, by=ALVA, now=NOW) == {"support.case": 3}
    assert breaches.look_for_affected(made.pk, by=ALVA, now=NOW) == {"support.case": 3}
    assert set(Affected.objects.values_list("address", flat=True)) == {BO, CLEO, "dan@tredje.example"}
    said = {"consequences": "Obehöriga kan läsa", "measures": "Nycklarna är bytta"}
    breaches.judge(made.pk, risk="high", **said, by=ALVA, now=NOW)
    refused("reason_needed", breaches.tell, made.pk, message="", by=ALVA, now=NOW)
    monkeypatch.setattr(breaches, "BATCH", 2)
    assert breaches.tell(made.pk, message="Vi har tappat en kopia.", by=ALVA, now=NOW) == 3
    assert breaches.tell(made.pk, message="Vi har tappat en kopia.", by=ALVA, now=NOW) == 0
    written = list(Outgoing.objects.filter(text="rights/breach").order_by("address"))
    assert [mail.address for mail in written] == [BO, CLEO, "dan@tredje.example"]
    assert all(
        part in written[0].plain for part in ("Vi har tappat en kopia.", "Obehöriga kan läsa", "Nycklarna")
    )
    assert (breaches.one(made.pk, NOW).affected, breaches.one(made.pk, NOW).told) == (3, 3)


def test_the_report_names_nobody_and_says_everything_that_the_article_asks_for() -> None:
    made = entered(happened_at=NOW - 5 * HOUR)
    Seed("Mark", BO).everything()
    breaches.look_for_affected(made.pk, by=ALVA, now=NOW)
    breaches.note(made.pk, text="Servern stängd", by=ALVA, now=NOW + HOUR)
    said = json.loads(breaches.export_file(made.pk, now=NOW + HOUR))
    assert (said["people"], said["risk"], said["records"][0]["sv"]) == (1, "unknown", "ärenden")
    assert said["report_by"] == (NOW + 70 * HOUR).isoformat()
    sv, en = (breaches.letter(made.pk, language=language, now=NOW + HOUR) for language in ("sv", "en"))
    assert "En säkerhetskopia har kommit bort" in sv
    assert "Servern stängd" in en
    assert "Integritetsskyddsmyndigheten" in sv
    assert BO not in sv + en + json.dumps(said)
    assert sv != en


def test_what_is_refused() -> None:
    policy()
    refused("not_a_kind", breaches.enter, what="x", known_at=NOW, by=ALVA, now=NOW, kinds=["no.kind"])
    refused("received_later", breaches.enter, what="x", known_at=NOW + HOUR, by=ALVA, now=NOW)
    refused("unknown_breach", breaches.one, 999, NOW)
    refused("unknown_breach", breaches.tell, 999, message="x", by=ALVA, now=NOW)
    made = entered()
    refused("not_a_risk", breaches.judge, made.pk, risk="terrible", by=ALVA, now=NOW)
