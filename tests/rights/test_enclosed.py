"""The person's own documents in a copy: what names others, or cannot be read, goes out only when somebody has
looked."""

from __future__ import annotations

import json

import pytest

from gallra.registers import documents
from gallra.registers.directory.models import Company
from gallra.registers.support.models import Case, CaseDocument, Concerned
from gallra.rights import deciding, enclosed, mentions
from gallra.rights.models import Request
from gallra.running.extracts import safe_name
from tests.rights.test_requests import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, confirmed, letter, package, policy, work
from tests.running.world import case, contact

pytestmark = [
    pytest.mark.usefixtures("fresh_database", "files"),
    pytest.mark.promise("S15", "M23"),
    pytest.mark.article("15"),
]
SCAN = b"\x89PNG\r\n\0\0 a scan"
PAPERS = {
    "offert.txt": b"Offert till Bo Ek",
    "brev.txt": b"Bo Ek och Cleo Al, 040-12 34 56",
    "nummer.txt": b"Ring +46 (0)40 123456",
    "bild.png": SCAN,
}


def bos() -> Case:
    """Bo's case, and Cleo of the same company."""
    firm = Company.objects.create(name="Kund AB")
    bo = contact(BO)
    type(bo).objects.filter(pk=bo.pk).update(name="Bo Ek", company=firm)
    cleo = contact(CLEO)
    type(cleo).objects.filter(pk=cleo.pk).update(name="Cleo Al", company=firm, phone="040-12 34 56")
    return case(contact=bo, company=firm, opened=NOW - 100 * DAY)


def attached(to: Case, name: str, content: bytes) -> CaseDocument:
    stored = documents.store([content])
    return CaseDocument.objects.create(
        case=to, name=name, size=stored.size, file=stored.file, secret=stored.secret, words=stored.words,
        added_at=NOW - 90 * DAY,
    )  # fmt: skip


def given(made: Request) -> set[str]:
    return {name.rsplit("-", 1)[-1] for name in package(made) if name.startswith("documents/")}


def decide(made: Request, paper: CaseDocument, verdict: str, reason: str) -> None:
    row = made.enclosed.get(key=str(paper.pk))
    enclosed.decide(made.pk, row.pk, verdict=verdict, reason=reason, by=ALVA, now=NOW)


def test_what_names_others_or_cannot_be_read_waits_for_somebody_to_look() -> None:
    policy("access")
    to = bos()
    papers = {name: attached(to, name, content) for name, content in PAPERS.items()}
    made = confirmed("access", language="en")
    work()
    made.refresh_from_db()
    assert (made.state, made.result["not clear"]) == ("deciding", ["document"])
    assert {(row.key, row.why, row.count) for row in made.enclosed.all()} == {
        (str(papers["brev.txt"].pk), "names", 1), (str(papers["nummer.txt"].pk), "names", 1),
        (str(papers["bild.png"].pk), "unread", 0),
    }  # fmt: skip
    refused("undecided", lambda: deciding.approve(made.pk, by=ALVA, now=NOW))
    refused("not_a_verdict", lambda: decide(made, papers["brev.txt"], "erase", "x"))
    refused("reason_needed", lambda: decide(made, papers["brev.txt"], "send", " "))
    refused(
        "no_such_line",
        lambda: enclosed.decide(made.pk, 0, verdict="send", reason="x", by=ALVA, now=NOW),
    )
    decide(made, papers["brev.txt"], "leave out", "it is a letter of Cleo's")
    decide(made, papers["nummer.txt"], "send", "his own note")
    decide(made, papers["bild.png"], "send", "his own photograph")
    late = attached(to, "sent.txt", b"Cleo Al ringde")
    attached(to, "sist.txt", b"Hej")
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    refused("decided", lambda: decide(made, papers["brev.txt"], "send", "x"))
    work()
    assert given(made) == {"offert.txt", "nummer.txt", "bild.png", "sist.txt"}
    said = letter(made)
    assert "The document brev.txt 1 it names others: it is a letter of Cleo's" in said
    assert (
        "The document sent.txt 1 it names others, and came after we had looked through your documents" in said
    )
    data = json.loads(package(made)["data.json"])
    [rows] = [
        part["rows"] for record in data["records"] for part in record["parts"] if "document" in part["table"]
    ]
    there = {row["name"]: row.get("document") for row in rows}
    assert {name for name, path in there.items() if path is None} == {"brev.txt", safe_name(late.name)}


def test_a_copy_without_such_documents_goes_by_itself() -> None:
    policy("access", "portability")
    attached(bos(), "offert.txt", PAPERS["offert.txt"])
    made = confirmed("access")
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    assert given(made) == {"offert.txt"}
    assert "inte lämnar ut" not in letter(made)


def test_in_swedish_and_of_a_twin_and_nothing_of_it_for_an_erasure() -> None:
    policy()
    to = bos()
    bo = contact("bo.ek@hemma.example")
    type(bo).objects.filter(pk=bo.pk).update(name="Bo Ek")
    home = case(contact=bo, opened=NOW - 100 * DAY)
    attached(to, "brev.txt", PAPERS["brev.txt"])
    scan = attached(home, "bild.png", SCAN)
    made = confirmed("access")
    work()
    twin = made.twins.get()
    assert made.enclosed.count() == 1
    deciding.decide_twin(made.pk, twin.pk, verdict="same", reason="samma", by=ALVA, now=NOW)
    assert made.enclosed.filter(key=str(scan.pk), why="unread").exists()
    for row in made.enclosed.all():
        enclosed.decide(made.pk, row.pk, verdict="leave out", reason="Cleos brev", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    assert given(made) == set()
    assert "Dokumentet brev.txt 1 det nämner andra: Cleos brev" in letter(made)
    assert "Dokumentet bild.png 1 det kan nämna andra: Cleos brev" in letter(made)
    other = confirmed("erasure", address=CLEO)
    work()
    assert not other.enclosed.exists()


def test_what_no_program_can_read_is_counted_and_looked_at_by_hand() -> None:
    policy("access", "erasure")
    to = bos()
    other = Case.objects.create(
        number=77, company=to.company, status="open", priority="normal", opened_at=NOW - 90 * DAY
    )
    strange = case(contact=contact("dan@fjarran.example"), opened=NOW - 90 * DAY)
    own, near, far = (attached(each, "bild.png", SCAN) for each in (to, other, strange))
    attached(other, "brev.txt", b"Hej")
    shared = case(contact=contact("eva@fjarran.example"), opened=NOW - 90 * DAY)
    Concerned.objects.create(case=shared, contact=to.contact, added_at=NOW - 80 * DAY)
    part = attached(shared, "skiss.png", SCAN)
    made = confirmed("erasure")
    work()
    made.refresh_from_db()
    assert {(row.key, row.record, row.unread) for row in made.mentions.all()} == {
        (str(near.pk), str(other.pk), True), (str(part.pk), str(shared.pk), True),
    }  # fmt: skip
    assert made.result["unread documents"] == 4
    assert {"unread", "open case"} <= set(made.result["not clear"])
    assert made.state == "deciding"
    row = made.mentions.get(key=str(near.pk))
    assert mentions.text_of(row) is None
    assert mentions.verdicts("erasure", row) == ("leave", "remove")
    for each, verdict in ((row, "remove"), (made.mentions.get(key=str(part.pk)), "leave")):
        deciding.decide_mention(made.pk, each.pk, verdict=verdict, reason="sett", by=ALVA, now=NOW)
    for twin in made.twins.all():
        deciding.decide_twin(made.pk, twin.pk, verdict="other", reason="nej", by=ALVA, now=NOW)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    left = set(CaseDocument.objects.values_list("pk", flat=True))
    assert {part.pk, far.pk} <= left
    assert not {own.pk, near.pk} & left
    plain = confirmed("access", address="dan@fjarran.example")
    work()
    assert plain.mentions.count() == 0
