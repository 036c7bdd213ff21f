"""Objections and withheld copies on the staff's side: what the data is used for, what becomes of it, what is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from gallra.registers.directory import restricting
from gallra.rights.models import Request
from gallra.site.models import Role
from gallra.systems import own
from tests.person.world import Seed
from tests.rights import world
from tests.rights.world import BO, DAY, NOW, POLICY
from tests.running.world import adopted
from tests.web.office_requests import LATER, QUEUE, client, files, looked_up, mark, policed, shown

__all__ = ["files", "policed"]
KINDS = own.kinds()


@pytest.fixture
def privacy(policed: None, files: Any) -> Client:
    return client(Role.PRIVACY)


def act(privacy: Client, made: Request, kind: str, **said: str) -> Any:
    row = made.decisions.filter(kind=kind).order_by("pk")[0].pk
    return privacy.post(f"{QUEUE}{made.pk}/decide/{row}", said, follow=True)


@pytest.mark.article("21")
def test_an_objection_is_examined_on_its_page(privacy: Client) -> None:
    seed = Seed("Mark", BO)
    for kind in ("support.case", "crm.prospect", "finance.agreement", "newsletter.subscription"):
        seed.record(KINDS[kind], parts=False)
    made = looked_up("objection")
    page = shown(privacy.get(f"{QUEUE}{made.pk}"))
    for words in ("What the data is used for", "Give support and reach", "to be examined", "Handle agreements",
                  "does not apply", "only stored (Article 18(1)(d))", "Decide otherwise: Cases"):  # fmt: skip
        assert words in page, words
    kept = shown(act(privacy, made, "support.case", verdict="stay", reason="Tvist"))
    assert "stays: grounds outweigh the objection" in kept
    preview = privacy.get(f"{QUEUE}{made.pk}/preview")
    said = shown(preview)
    promised = sum(map(int, re.findall(r'<td class="num">(\d+)</td><td><span class="mark waiting">',
                                       preview.content.decode())))  # fmt: skip
    assert f"Erase {promised} row" in said
    assert "the person is told by mail before the restriction is lifted" in said
    assert "stays: it stands on another basis" in said
    assert (
        privacy.post(f"{QUEUE}{made.pk}/preview", {"mark": mark(preview.content.decode())}).status_code == 302
    )
    world.work(now=LATER)
    made.refresh_from_db()
    assert made.state == "answered"
    done = [line for line in made.result["lines"] if line[3] in ("erase", "part")]
    assert sum(line[4] for line in done) + made.result["contacts"] == promised
    assert restricting.is_restricted(BO)


@pytest.mark.article("15")
def test_what_is_withheld_from_a_copy_is_seen_before_the_yes(privacy: Client) -> None:
    Seed("Mark", BO).record(KINDS["support.case"])
    made = looked_up("access")
    page = shown(privacy.get(f"{QUEUE}{made.pk}"))
    assert "What would be given out can be withheld" in page
    row = made.decisions.get(table="support_case").pk
    privacy.post(f"{QUEUE}{made.pk}/decide/{row}", {"verdict": "stay", "reason": "Andras affärer"})
    said = shown(privacy.get(f"{QUEUE}{made.pk}/preview"))
    assert "is not given out, by decision" in said
    assert "stays, by decision" not in said
    assert "is given out" in said, "contact details"


@pytest.mark.article("21")
def test_where_no_basis_is_stated_the_page_asks_for_a_decision(policed: None, files: Any) -> None:
    adopted(POLICY.replace('basis = "legitimate interest"\n', ""), at=NOW - 200 * DAY)
    staff = client(Role.PRIVACY)
    Seed("Mark", BO).record(KINDS["support.case"], parts=False)
    made = looked_up("objection")
    page = shown(staff.get(f"{QUEUE}{made.pk}"))
    for words in ("not stated by the policy", "Decide on each", "to be decided"):
        assert words in page, words
    assert (
        "grounds outweigh the objection"
        not in page.split("What becomes of it")[1].split("Decide otherwise")[0]
    )
    assert "See what will happen" not in page
    act(staff, made, "support.case", verdict="erase", reason="")
    assert "See what will happen" in shown(staff.get(f"{QUEUE}{made.pk}"))
