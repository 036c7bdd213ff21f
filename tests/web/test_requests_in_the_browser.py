"""Requests in a real browser: from the queue to the answer, by mouse and by keyboard."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallra.rights import looking, requests
from gallra.rights.models import Request
from gallra.site.models import Role, User
from tests.person.world import LONG_AGO
from tests.rights import world
from tests.rights.world import BO, DAY
from tests.running.world import adopted, case, contact
from tests.web.conftest import Open
from tests.web.office_requests import (
    QUEUE,
)
from tests.web.office_requests import files as files
from tests.web.office_requests import policed as policed
from tests.web.office_requests import privacy as privacy


@pytest.mark.promise("S20")
def test_a_clear_erasure_takes_four_clicks_from_the_queue(
    open_page: Open, fresh_database: object, files: Path
) -> None:
    began = datetime.now(UTC)
    adopted(world.POLICY, at=began - 300 * DAY)
    bo = contact(BO)
    case(contact=bo, opened=LONG_AGO, closed=began - 40 * DAY)
    made = requests.receive(
        right="erasure", channel="web", address=BO, signed_in=True, received_at=began - DAY, now=began
    )
    looking.look_up(made.pk, now=began)
    user = User.objects.create_user(email="alva@gallra.example", name="Alva Ek", role=Role.PRIVACY)
    page = open_page(QUEUE, user=user, lang="sv")
    page.locator("tbody th a").click()
    page.get_by_role("link", name="Visa vad som kommer att hända").click()
    page.get_by_role("button", name=re.compile("^Radera")).click()
    world.work(now=datetime.now(UTC))
    page.get_by_role("link", name="Titta igen").click()
    assert "Besvarad" in page.locator(".lead").inner_text()
    assert not type(bo).objects.filter(pk=bo.pk).exists()


def test_a_form_is_filled_by_keyboard_and_keeps_what_was_typed(open_page: Open, company: User) -> None:
    made = Request.objects.get(right="access")
    page = open_page(f"{QUEUE}{made.pk}", user=company, lang="en")
    summary = page.locator("#refuse > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Wir haben das schon beantwortet.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{QUEUE}{made.pk}")
    assert page.get_by_role("status").inner_text().startswith("Refused")
