"""Requests, links, answers and reasons go by their periods, with everything that hangs on them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gallra.rights import looking, reasons, requests
from gallra.rights.models import Answer, Decision, Link, Mention, Request, StopReason, Twin
from gallra.running import runs
from tests.person.world import Seed
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, ask, confirmed, policy
from tests.running.world import contact

pytestmark = pytest.mark.usefixtures("fresh_database", "files")


@pytest.mark.promise("S22")
def test_what_was_asked_goes_two_years_after_its_end_and_the_rest_sooner() -> None:
    policy()
    Seed("Bo Ek", BO).everything()
    contact("bo.ek@annan.example")
    old = confirmed("erasure")
    looking.look_up(old.pk, now=NOW)
    Mention.objects.create(
        request=old, kind="support.case", record="1", table="support_case", key="1", column="x"
    )
    Request.objects.filter(pk=old.pk).update(state="answered", closed_at=NOW - 800 * DAY)
    kept, open_ = ask(address=CLEO), ask(address=CLEO)
    requests.withdraw(kept.pk, by=ALVA, reason="återtagen", now=NOW - 600 * DAY)
    for made, days in ((old, 800), (kept, 10)):
        Answer.objects.create(
            request=made, file="none", secret=b"0", size=1, digest="0" * 64, made_at=NOW - days * DAY,
            expires_at=NOW,
        )  # fmt: skip
    reasons.give("för många brev", on=(NOW - 400 * DAY).date())
    reasons.give("fel adress", on=NOW.date())
    assert Decision.objects.exists()
    result = runs.sweep(NOW + timedelta(hours=20), confirmed=frozenset({"clock"}))
    assert result.outcome == "finished", result.reason
    assert set(Request.objects.values_list("pk", flat=True)) == {kept.pk, open_.pk}
    for model in (Decision, Mention, Twin):
        assert not model._default_manager.exists(), model
    assert [answer.request_id for answer in Answer.objects.all()] == [kept.pk]
    assert [row.text for row in StopReason.objects.all()] == ["fel adress"]
    assert Link.objects.filter(request=open_).exists(), "it has not expired yet"
    runs.sweep(NOW + 4 * DAY)
    assert not Link.objects.exists()
