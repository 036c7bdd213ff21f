"""The customers' portal shows nobody else's case, letter or document (M7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gallra.registers.support import actions
from gallra.registers.support.models import Case, CaseDocument, Message
from gallra.site.models import Role, User
from tests.running.world import contact
from tests.web.portal import BO, CLEO, policy, visitor
from tests.web.support import (
    NOW,
    PDF,
    accounts_person,
    addresses,
    customer,
    open_case,
    rooms,
    sign_in,
)
from tests.web.support import support_portal as support_portal

pytestmark = pytest.mark.usefixtures("support_portal")


@pytest.mark.promise("M7")
def test_nobody_elses_case_or_document_exists(tmp_path: Path) -> None:
    """Every address with every foreign number: a stranger's, a colleague's, an archived one of one's own, none."""
    bo, cleo = customer(), customer(CLEO)
    colleague = contact("eva@example.com", company=bo.company)
    archived = open_case(bo, closed=NOW - timedelta(days=200), messages=0)
    mine, foreign = open_case(bo), [open_case(cleo), open_case(colleague), open_case(bo)]
    keys = {}
    for each in (mine, *foreign, archived):
        keys[each.number] = actions.attach(each.pk, [PDF], name="a.pdf", actor="system", now=NOW).pk
    CaseDocument.objects.filter(case=archived).delete()
    Case.objects.filter(pk=archived.pk).update(
        contact=None, company=None, subject=None, description=None, assignee=None, archived_at=NOW
    )
    actions.add_concerned(  # whom a case concerns does not read it
        foreign[0].pk, accounts_person(BO), origin=actions.STAFF, actor="system", now=NOW
    )
    client, others = sign_in(), [*foreign[:2], archived]
    numbers = [*(each.number for each in others), 1, 10**18, 10**30]
    found = {(n, d) for n in numbers for d in (keys.get(n, 10**30), keys[mine.number])}
    found |= {(mine.number, keys[each.number]) for each in (*others, foreign[2])}  # another case's document
    before = (Message.objects.count(), CaseDocument.objects.count())
    for number, document in found:
        for path in addresses(number, document):
            if number == mine.number and "/documents/" not in path:
                continue
            ask = client.post if path.endswith("/reply") else client.get
            assert ask(path, {"body": "Hej"}).status_code == 404, path
    assert before == (Message.objects.count(), CaseDocument.objects.count())
    for path in addresses(mine.number, keys[mine.number]):
        assert (client.get(path)).status_code == (405 if path.endswith("/reply") else 200)


def test_neither_strangers_nor_staff_get_in() -> None:
    mine = open_case(customer())
    stranger, alva = visitor(), visitor()
    alva.force_login(User.objects.create_user(email="alva@gallra.example", role=Role.PRIVACY))
    assert len(rooms()) >= 4
    for path in (*rooms(), *addresses(mine.number, 1)):
        for client in (stranger, alva):
            for ask in (client.get, client.post):
                answer = ask(path, {"body": "Hej"})
                assert answer.status_code in (302, 405), path
                assert answer.headers.get("Location", "/support/sign-in/") == "/support/sign-in/", path
    assert Message.objects.count() == 2
    assert sign_in().get("/office/").status_code == 403
    assert "signed in to the office" in alva.get("/support/sign-in/").content.decode()


def test_without_accounts_in_the_policy_there_is_no_portal() -> None:
    policy("swinx-mended")
    for path in ("/support/", "/support/sign-in/", "/support/join/", "/support/new/"):
        assert visitor().get(path).status_code == 404
    assert 'href="/support/' not in visitor().get("/en/").content.decode()
