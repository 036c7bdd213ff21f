"""Customers' accounts: made, signed in to, corrected, closed (M6)."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallra.portal import support_access
from gallra.registers.support.models import Account, Contact
from gallra.site.accounts import close_account
from gallra.site.models import Role, User
from tests.running.world import company, contact
from tests.web.portal import BO, CLEO, code, visitor
from tests.web.support import (
    NOW,
    customer,
    open_case,
    sign_in,
)
from tests.web.support import support_portal as support_portal
from tests.web.test_sign_in import ask as ask_for_code
from tests.web.test_sign_in import code as mailed_code

pytestmark = pytest.mark.usefixtures("support_portal")


def test_a_member_of_staffs_address_opens_no_account_here() -> None:
    User.objects.create_user(email=BO, role=Role.FINANCE)
    client = sign_in()
    assert "_auth_user_id" not in client.session
    assert client.get("/support/join/").status_code == 403
    assert client.post("/support/join/", {"name": "Bo"}).status_code == 403
    assert not Account.objects.exists()


def test_a_known_and_an_unknown_address_are_answered_alike() -> None:
    customer()
    seen = []
    for address in ("alva@okand.example", BO, CLEO):
        client = visitor()
        with CaptureQueriesContext(connection) as captured:
            client.post("/support/sign-in/", {"address": address})
        html = client.get("/support/code/").content.decode().replace(address, "?")
        seen.append((re.sub(r'value="\w{64}"', "", html), len(captured)))
        assert len(code(address)) == 8
    assert seen[1] == seen[2]


@pytest.mark.promise("M6")
def test_an_account_is_made_by_whoever_has_the_address() -> None:
    client = sign_in()
    assert client.get("/support/").headers["Location"] == "/support/sign-in/"
    page = client.get("/support/join/").content.decode()
    assert "Article 6(1)(f)" in page
    client.post("/support/join/", {"name": "Bo Ek", "phone": "08-505 000 17", "company": "Exempelbolaget AB"})
    account = Account.objects.select_related("contact__company").get()
    assert account.contact is not None
    assert account.contact.company is not None
    assert (account.contact.name, account.contact.company.name) == ("Bo Ek", "Exempelbolaget AB")
    assert account.contact.sources["name"]["from"] == "account"
    assert (User.objects.get().role, User.objects.get().has_usable_password()) == ("", False)
    assert client.get("/support/").status_code == 200
    assert client.get("/my/").status_code == 200, "the code was written just now"
    client.post("/support/leave/")
    for path in ("/support/", "/my/"):
        assert client.get(path).status_code == 302


def test_somebody_support_knows_is_asked_for_nothing_again() -> None:
    open_case(contact(BO, company=company()))
    client = sign_in()
    assert 'id="id_name"' not in client.get("/support/join/").content.decode()
    client.post("/support/join/", {"name": "Mallory", "company": "Annat AB"})
    assert Contact.objects.get().name == "Bo Ek"
    assert "/support/cases/" in client.get("/support/").content.decode()


def test_the_offices_page_for_signing_in_leads_customers_to_their_portal() -> None:
    customer()
    cache.clear()
    client = visitor()
    ask_for_code(client, BO, "en")
    answer = client.post("/account/login/code/confirm/", {"code": mailed_code()})
    assert answer.headers["Location"] == "/support/"


@pytest.mark.promise("M6")
def test_details_are_corrected_and_the_account_closed_and_opened_again() -> None:
    bo, client = customer(), sign_in()
    client.post("/support/account/", {"name": "Bo Lind", "phone": "08-1", "email": CLEO})
    bo.refresh_from_db()
    assert (bo.name, bo.phone, bo.email) == ("Bo Lind", "08-1", BO)
    assert "errors" in client.post("/support/account/", {"name": "Bo Lind", "phone": ""}).content.decode()
    assert client.get("/support/account/close").status_code == 200
    assert Account.objects.get().closed_at is None
    assert "signed out" in client.post("/support/account/close").content.decode()
    assert Account.objects.get().closed_at is not None
    assert not User.objects.get().is_active
    client = sign_in()
    assert "Open your account again" in client.get("/support/join/").content.decode()
    client.post("/support/join/")
    assert client.get("/support/").status_code == 200
    assert User.objects.get().is_active


def test_what_staff_have_closed_stays_closed() -> None:
    customer()
    close_account(User.objects.get().pk, now=NOW)
    client = sign_in()
    assert client.get("/support/join/").status_code == 403
    assert client.post("/support/join/", {"name": "Bo"}).status_code == 403
    assert client.get("/support/").status_code == 302


def test_an_authenticator_app_is_still_asked_for() -> None:
    customer()
    Authenticator.objects.create(user=User.objects.get(), type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = sign_in()
    assert "_auth_user_id" not in client.session
    assert client.get("/support/").status_code == 302


def test_sign_in_accounts_without_an_account_are_closed_in_time() -> None:
    customer()
    customer(CLEO)
    User.objects.create_user(email="alva@gallra.example", role=Role.SUPPORT)
    assert support_access.close_left_over(now=NOW) == 0
    Account.objects.filter(contact__email=BO).delete()  # as its period does
    assert support_access.close_left_over(now=NOW) == 1
    assert [user.email for user in User.objects.filter(is_active=False)] == [BO]
