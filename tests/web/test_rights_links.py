"""Links of our mails: opening changes nothing, a button does; used, expired, stolen and tampered with they say so."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from gallra.ledger import verifier
from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.signing import load_signer
from gallra.mail.models import Outgoing
from gallra.portal import limits
from gallra.rights.models import Answer, Link, Request
from tests.rights.world import work
from tests.running.world import case, contact
from tests.web.portal import BO, CLEO, code, everything, link, policy, visitor

ANY_LINK = re.compile(r"https?://[^/\s\"<>]+(/[^\s\"<>]*)")


@pytest.fixture(autouse=True)
def _policy(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    policy("munkeby-mended", **{"[rights]\n": '[rights]\nautomatic = ["access", "erasure"]\n'})


def asked(right: str = "access", address: str = BO) -> str:
    """The path of the link that was mailed."""
    assert visitor().post(f"/rights/{right}/", {"address": address}).status_code == 302
    return link(address)


def answered(address: str = BO) -> str:
    """The path of the link to an answer."""
    visitor().post(asked("access", address))
    assert work(now=timezone.now())
    return link(address)


def old_case() -> None:
    """Bo is known, and a clear case."""
    case(closed=timezone.now() - timedelta(days=40), contact=contact(BO))


def late(path: str) -> None:
    """The link has run out."""
    made = Link.objects.latest("pk")
    made.expires_at = timezone.now() - timedelta(seconds=1)
    made.save()


@pytest.mark.promise("S21")
def test_the_page_has_a_button_and_the_button_confirms() -> None:
    path = asked("erasure")
    page = visitor().get(path)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    html = page.content.decode()
    assert "Yes, erase my data" in html
    assert BO not in html
    assert Request.objects.get().identity == ""
    answer = visitor().post(path)
    assert answer.headers["Location"] == "/rights/confirmed/"
    assert visitor().get("/rights/confirmed/").status_code == 200
    assert (Request.objects.get().identity, Request.objects.get().state) == ("link", "deciding")


@pytest.mark.promise("S21")
def test_a_link_that_does_not_work_says_why_and_changes_nothing() -> None:
    """The same status for all: whoever has no link learns nothing from it."""
    used = asked()
    visitor().post(used)
    whole, other = asked(address=CLEO), answered("dan@kund.example")
    shown = {
        "used": used, "cut": whole[:-1], "changed": whole[:-1] + ("A" if whole[-1] != "A" else "B"),
        "of another purpose": other.replace("/answer/", "/confirm/"), "strange": "/rights/confirm/%00%C3%A5",
        "long": f"/rights/confirm/{'x' * 3000}",
    }  # fmt: skip
    before = everything()
    for what, path in shown.items():
        for act in ("get", "head", "post"):
            answer = getattr(visitor(), act)(path)
            assert answer.status_code == 200, (what, act)
            if act != "head":
                said = "has been used already" if what == "used" else "it is not whole"
                assert said in answer.content.decode(), (what, act)
    assert everything() == before
    late(asked("access", "ea@kund.example"))
    expired = link("ea@kund.example")
    for act in ("get", "post"):
        assert "has expired" in getattr(visitor(), act)(expired).content.decode()
    assert Request.objects.latest("pk").state == "waiting for confirmation"


@pytest.mark.promise("S21")
def test_a_scanner_that_opens_every_link_of_every_mail_changes_nothing() -> None:
    """By GET and by HEAD, in the plain text and in the HTML, with and without cookies, from another machine."""
    old_case()
    asked("erasure", CLEO)
    answered()
    visitor().post("/my/address/", {"address": BO})
    visitor().post("/rights/stop/", {"address": "dan@kund.example"})
    work(now=timezone.now())
    found = {path for row in Outgoing.objects.all() for path in ANY_LINK.findall(f"{row.plain} {row.html}")}
    assert len(found) >= 3
    before, scanner = everything(), visitor()
    for path in sorted(found):
        for client in (scanner, visitor()):
            assert client.get(path, follow=True, REMOTE_ADDR="192.0.2.7").status_code == 200
            assert client.head(path, REMOTE_ADDR="192.0.2.7").status_code in (200, 302)
    assert everything() == before


@pytest.mark.promise("S15", "M23")
def test_an_answer_opens_by_its_link_and_a_fresh_code() -> None:
    old_case()
    path, client = answered(), visitor()
    assert "Send me a code" in client.get(path).content.decode()
    assert not Outgoing.objects.filter(text="rights/code").exists()
    assert client.post(path).headers["Location"] == path
    assert "Fetch the answer" in client.get(path).content.decode()
    wrong = client.post(path, {"code": "00000000"})
    assert "The code is not right" in wrong.content.decode()
    got = client.post(path, {"code": f" {code(BO)[:4]} {code(BO)[4:]}"})
    whole = got.getvalue()
    assert got.headers["Content-Type"] == "application/zip"
    assert "no-store" in got.headers["Cache-Control"]
    assert int(got.headers["Content-Length"]) == len(whole)
    assert "letter.pdf" in zipfile.ZipFile(io.BytesIO(whole)).namelist()
    assert Answer.objects.get().fetched_at is not None
    assert "The code is not right" in client.post(path, {"code": code(BO)}).content.decode()


def test_wrong_codes_close_an_answer_for_a_while() -> None:
    path, client = answered(), visitor()
    client.post(path)
    right = code(BO)
    for _ in range(5):
        client.post(path, {"code": "1" * 8 if right != "1" * 8 else "2" * 8})
    assert "The code is not right" in client.post(path, {"code": right}).content.decode()
    assert "less than a minute ago" in client.post(path).content.decode()
    while limits.ANSWER.spend(path.rpartition("/")[2]):
        pass
    assert client.post(path).status_code == 429
    while limits.CODE.spend("127.0.0.1"):
        pass
    assert client.post(path, {"code": right}).status_code == 429
    assert Answer.objects.get().fetched_at is None


def test_an_answer_whose_time_is_up_says_so() -> None:
    path = answered()
    late(path)
    html = visitor().get(path).content.decode()
    assert "Nothing was changed" in html
    assert "has expired" in html


@pytest.mark.promise("S15", "M23")
def test_the_answers_own_receipt_is_on_its_page_once_the_ledger_is_signed() -> None:
    old_case()
    path = answered()
    assert "Get the receipt" in visitor().get(path).content.decode()
    early = visitor().post(f"{path}/receipt")
    assert (early.status_code, b"signed" in early.content) == (200, True)
    assert visitor().get(f"{path}/receipt").status_code == 405, "a scanner gets nothing"
    make_checkpoint(timezone.now())
    given = visitor().post(f"{path}/receipt")
    assert given.headers["Content-Type"] == "application/json"
    assert "attachment" in given.headers["Content-Disposition"]
    entry = json.loads(json.loads(given.content)["entry"])
    assert entry["body"]["event"] == "answered"
    assert entry["body"]["file"] == Answer.objects.get().digest
    assert BO not in given.content.decode()
    verifier.read_proof(given.content).check(load_signer().key)
    assert b"does not work" in visitor().post("/rights/answer/stolen/receipt").content
