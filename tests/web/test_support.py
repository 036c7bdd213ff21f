"""The customers' portal: an account by code or passkey, one's own cases and nobody else's, letters, documents (M6)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallra.portal import support, support_access
from gallra.portal.urls import urlpatterns
from gallra.registers.directory import restricting
from gallra.registers.given import Person
from gallra.registers.support import actions
from gallra.registers.support.models import Account, Case, CaseDocument, Contact, Message
from gallra.site import files
from gallra.site.accounts import close_account
from gallra.site.models import Role, User
from tests.running.world import case, company, contact
from tests.web.portal import BO, CLEO, code, policy, visitor
from tests.web.test_sign_in import ask as ask_for_code
from tests.web.test_sign_in import code as mailed_code

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _policy(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    policy("munkeby-mended")


def customer(address: str = BO) -> Contact:
    """Somebody with an account, and where they work."""
    found = Contact.objects.filter(email=address).first() or contact(address, company=company())
    Account.objects.create(contact=found)
    User.objects.create_user(email=address)
    return found


def sign_in(address: str = BO) -> Client:
    """Through the form, by the code that was mailed."""
    client = visitor()
    client.post("/support/sign-in/", {"address": address})
    client.post("/support/code/", {"code": code(address)})
    return client


def open_case(who: Contact, **more: object) -> Case:
    return case(contact=who, opened=NOW - timedelta(days=3), **more)  # type: ignore[arg-type]


PDF = b"%PDF-1.7 en faktura"


def pdf(name: str = "faktura.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="text/html")


OPEN = {"support-sign-in", "support-code", "support-join", "support-leave"}
"""Pages that lead into the portal, or out of it."""


def addresses(number: int, document: int) -> list[str]:
    """Every address of the portal that names a case or a document, as the site has them."""
    found = [str(each.pattern) for each in urlpatterns if str(each.pattern).startswith("support/cases/")]
    assert len(found) >= 3
    return [
        "/" + each.replace("<int:number>", str(number)).replace("<int:key>", str(document)) for each in found
    ]


def rooms() -> list[str]:
    """Every other page of the portal that needs an account."""
    found = [
        each for each in urlpatterns if (each.name or "").startswith("support") and each.name not in OPEN
    ]
    return [f"/{each.pattern}" for each in found if "<" not in str(each.pattern)]


@pytest.mark.promise("M6", "M7")
def test_ones_own_cases_are_listed_and_read() -> None:
    bo = customer()
    mine, done = open_case(bo), open_case(bo, closed=NOW - timedelta(days=2))
    client = sign_in()
    listed = client.get("/support/").content.decode()
    assert 'role="status"' not in listed, "nobody is told which number their sign-in has"
    assert re.findall(r"/support/cases/(\d+)", listed) == [str(mine.number)]
    assert re.findall(r"/support/cases/(\d+)", client.get("/support/?show=closed").content.decode()) == [
        str(done.number)
    ]
    page = client.get(f"/support/cases/{mine.number}")
    for said in (mine.subject, mine.description, "Hej"):
        assert str(said) in page.content.decode()
    assert "Alva" not in page.content.decode(), "who of the staff has it is not told"
    assert "no-store" in page.headers["Cache-Control"]
    assert Account.objects.get().signed_in_at is not None
    for path in ("/support/new/", "/support/account/", "/support/account/close"):
        assert client.get(path).status_code == 200, path


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


def accounts_person(address: str) -> Person:
    return Person(name="Bo Ek", email=address)


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


def test_without_accounts_in_the_policy_there_is_no_portal() -> None:
    policy("swinx-mended")
    for path in ("/support/", "/support/sign-in/", "/support/join/", "/support/new/"):
        assert visitor().get(path).status_code == 404
    assert 'href="/support/' not in visitor().get("/en/").content.decode()


@pytest.mark.promise("M6")
def test_a_new_case_needs_nothing_but_the_matter() -> None:
    bo, client = customer(), sign_in()
    page = client.get("/support/new/").content.decode()
    for known in ("Bo Ek", BO, "Exempelbolaget AB"):
        assert known in page
    refused = client.post("/support/new/", {"subject": "", "matter": ""})
    assert refused.content.decode().count('class="errors"') == 2
    answer = client.post("/support/new/", {"subject": "Startar inte", "matter": "Fel 17", "email": CLEO})
    made = Case.objects.get()
    assert answer.headers["Location"] == f"/support/cases/{made.number}"
    assert (made.contact_id, made.company_id, made.source) == (bo.pk, bo.company_id, "support")
    assert (made.subject, made.description) == ("Startar inte", "Fel 17")


@pytest.mark.promise("M6", "M16")
def test_a_letter_opens_a_closed_case_again() -> None:
    done = open_case(customer(), closed=NOW - timedelta(days=2))
    answer = sign_in().post(f"/support/cases/{done.number}/reply", {"body": "Det hände igen"}, follow=True)
    assert "The case is open again" in answer.content.decode()
    done.refresh_from_db()
    assert (done.status, done.closed_at) == ("open", None)
    assert Message.objects.latest("pk").direction == "in"


@pytest.mark.promise("S8")
def test_a_document_comes_with_its_description_and_goes_back_as_a_download(tmp_path: Path) -> None:
    mine, client = open_case(customer()), sign_in()
    path = f"/support/cases/{mine.number}/reply"
    assert files.limits() in client.get(f"/support/cases/{mine.number}").content.decode()
    client.post(path, {"body": "Se bilagan", "file": pdf("Åsas <b>.pdf"), "description": "Felet"})
    kept = CaseDocument.objects.get()
    assert (kept.name, kept.description, kept.media_type) == ("Åsas <b>.pdf", "Felet", "application/pdf")
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and PDF in one.read_bytes()]
    got = client.get(f"/support/cases/{mine.number}/documents/{kept.pk}")
    assert got.getvalue() == PDF
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Type"] == "application/pdf"
    CaseDocument.objects.update(secret=b"0" * 60)
    assert client.get(f"/support/cases/{mine.number}/documents/{kept.pk}").status_code == 410


@pytest.mark.parametrize(
    ("name", "size", "description", "said"),
    [
        ("a.pdf", files.LARGEST + 1, "Stor", "too large"),
        ("a.html", 10, "Sida", "of this kind"),
        ("a.svg", 10, "Bild", "of this kind"),
        ("pdf", 10, "Utan slut", "of this kind"),
        ("a.pdf", 0, "Tom", "empty"),
        ("a.pdf", 10, " ", "Say what the document is"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_sent(
    name: str, size: int, description: str, said: str
) -> None:
    mine, client = open_case(customer(), messages=0), sign_in()
    answer = client.post(
        f"/support/cases/{mine.number}/reply",
        {"body": "Hej", "file": SimpleUploadedFile(name, b"0" * size), "description": description},
    )
    assert said in answer.content.decode()
    assert "Hej</textarea>" in answer.content.decode()
    assert not Message.objects.exists()
    assert not CaseDocument.objects.exists()


def test_a_case_takes_so_many_documents_and_an_account_so_many_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, client = open_case(customer(), messages=0), sign_in()
    path = f"/support/cases/{mine.number}/reply"
    monkeypatch.setattr(support, "MOST_DOCUMENTS", 1)
    for description in ("ett", "två"):
        answer = client.post(path, {"body": "Hej", "file": pdf(), "description": description})
    assert "as many documents as it takes" in answer.content.decode()
    assert (Message.objects.count(), CaseDocument.objects.count()) == (1, 1)
    monkeypatch.setattr(support.WRITTEN, "most", 2)
    assert client.post(path, {"body": "Hej"}).status_code == 429


def test_another_sites_form_sends_nothing() -> None:
    mine = open_case(customer(), messages=0)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    for path in (f"/support/cases/{mine.number}/reply", "/support/new/", "/support/account/close"):
        assert client.post(path, {"body": "Hej", "subject": "a", "matter": "b"}).status_code == 403, path
    assert not Message.objects.exists()
    assert Account.objects.get().closed_at is None


def test_a_restricted_person_is_told_what_to_do_instead() -> None:
    bo = customer()
    mine = open_case(bo, messages=0)
    restricting.restrict(BO, now=NOW)
    client = sign_in()
    assert "Article 18" in client.get("/support/").content.decode()
    assert 'name="body"' not in client.get(f"/support/cases/{mine.number}").content.decode()
    for path in (
        f"/support/cases/{mine.number}/reply",
        "/support/new/",
        "/support/account/",
        "/support/account/close",
    ):
        answer = client.post(path, {"body": "Hej", "subject": "a", "matter": "b", "name": "Nytt"})
        assert answer.status_code == 403
        assert "Article 18" in answer.content.decode()
    assert not Message.objects.exists()
    bo.refresh_from_db()
    assert (bo.name, Account.objects.get().signed_in_at) == ("Bo Ek", None)


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


def test_many_cases_and_long_letters_are_read_page_by_page() -> None:
    bo = customer()
    numbers = [open_case(bo, messages=0).number for _ in range(support.PAGE + 3)]
    mine = Case.objects.get(number=numbers[0])
    Message.objects.bulk_create(
        Message(
            case=mine, contact=bo, direction="in", body=f"Brev {n} " + "x" * 9_000, sent_at=NOW + timedelta(n)
        )
        for n in range(25)
    )
    client, path, seen = sign_in(), "/support/", []
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    assert len(captured) <= 10
    while path:
        html = client.get(path).content.decode()
        seen += re.findall(r"/support/cases/(\d+)", html)
        older = re.search(r'href="(\?before=\d+)', html)
        path = f"/support/{older[1]}" if older else ""
    assert seen == [str(number) for number in reversed(numbers)]
    path, letters = f"/support/cases/{mine.number}", list[str]()
    while path:
        answer = client.get(path)
        assert len(answer.content) < 100_000
        letters = re.findall(r"Brev (\d+) ", answer.content.decode()) + letters
        earlier = re.search(r'href="(\?from=\d+)[^"]*">Earlier', answer.content.decode())
        path = f"/support/cases/{mine.number}{earlier[1]}" if earlier else ""
    assert letters == [str(n) for n in range(25)]


def test_sign_in_accounts_without_an_account_are_closed_in_time() -> None:
    customer()
    customer(CLEO)
    User.objects.create_user(email="alva@gallra.example", role=Role.SUPPORT)
    assert support_access.close_left_over(now=NOW) == 0
    Account.objects.filter(contact__email=BO).delete()  # as its period does
    assert support_access.close_left_over(now=NOW) == 1
    assert [user.email for user in User.objects.filter(is_active=False)] == [BO]
