"""The package a person gets: everything Article 15 names in the letter, the data by its schema, tables that no program
carries out, the documents, receipts that can be checked; written straight through, and encrypted at rest.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from gallra.ledger.checkpoint import make_checkpoint
from gallra.ledger.signing import load_signer
from gallra.ledger.verifier import read_proof
from gallra.registers import documents
from gallra.registers.errors import Refused
from gallra.rights import portability
from gallra.rights.answer import copy_words, package, storing, typeset, words
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Receipt, Right
from gallra.running import erasures, extracts
from gallra.running.extracts import Answered, Document
from gallra.running.handing import FORMULA
from gallra.running.installed import running
from gallra.systems import own
from tests.person.world import CLEO, NIGHT, Seed
from tests.rights.answer.reading import bare, faults, text
from tests.rights.answer.world import BO, EVERYTHING

pytestmark = pytest.mark.usefixtures("db", "policy")
MARKER, OTHER = "Zyxmarkör-7f3a", "Qvistbo-9c1e"
SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "extract-schema.json").read_text("utf-8")
)
ASKED = Facts(request=17, received=date(2026, 11, 3), name="Bo Ek", address=BO)


def built(
    answered: Answered | None, *, right: Right = "access", language: str = "sv", facts: Facts = ASKED
) -> tuple[package.Built, zipfile.ZipFile]:
    out = io.BytesIO()
    done = package.build(
        answered, language=language, right=right, facts=facts, policy=running(), now=NIGHT, out=out
    )
    assert done.digest == hashlib.sha256(out.getvalue()).hexdigest()
    assert done.size == len(out.getvalue())
    zipped = zipfile.ZipFile(out)
    assert zipped.testzip() is None
    assert tuple(zipped.namelist()) == done.names
    return done, zipped


def seeded() -> Seed:
    """Bo with a mark in every personal column; Cleo has written in his records, and he in hers."""
    bo, cleo = Seed(MARKER, BO).everything(), Seed(OTHER, CLEO)
    for kind in own.kinds().values():
        for part in kind.parts:
            if part.people:
                cleo.part(kind, part, bo.keys[kind.table.name][0])
    return bo


@pytest.mark.promise("S15", "M23")
@pytest.mark.article(15, 12)
def test_the_letter_has_everything_article_15_names(tmp_path: Path) -> None:
    seed = seeded()
    answered = extracts.answer(BO, now=NIGHT)
    facts = replace(
        ASKED, disclosed=EVERYTHING.disclosed, opened=EVERYTHING.opened, mentions=EVERYTHING.mentions
    )
    done, zipped = built(answered, facts=facts)
    pdf = zipped.read("letter.pdf")
    shown, squeezed = text(pdf), bare(text(pdf))
    assert faults(pdf, language="sv", title="Registerutdrag") == []
    named = {
        "purposes": "Ge support och nå dem som berörs av ett ärende",
        "basis": "Ditt samtycke (artikel 6.1 a)",
        "interest": "Vi vill kunna hjälpa våra kunders personal",
        "categories": "Namn, företag, e-postadress och telefonnummer",
        "recipients": "Microsoft är personuppgiftsbiträde åt oss",
        "disclosed": "Polismyndigheten 4 maj 2026",
        "transfer": "ramen för dataskydd mellan EU och USA",
        "period": "Ett ärende arkiveras tre månader efter att det stängdes",
        "day": "1 januari 2033",
        "statute": "bokföringslagen (1999:1078) 7 kap. 2 §, till och med 31 december 2032",
        "rectification": "Du har rätt att få felaktiga uppgifter rättade",
        "erasure": "Du har rätt att få dina uppgifter raderade",
        "restriction": "Du har rätt att kräva att vi begränsar",
        "objection": "Du har rätt att invända",
        "complaint": "imy@imy.se",
        "source": "Vi får uppgifter av dig när du vänder dig till supporten",
        "decisions": "Inga beslut om dig fattas automatiskt",
        "opened": "2 oktober 2026",
        "mentions": "Ring Bo, inte [dolt].",
    }
    assert {what for what, words_of in named.items() if bare(words_of) not in squeezed} == set()
    declared = {
        (table.name, column.name)
        for kind in own.kinds().values()
        if kind.people
        for table in kind.tables()
        for column in table.columns
        if column.personal and column.type == "text" and column.name not in ("file", "words")
    }
    said = {place: "beställning" if value == "order" else value for place, value in seed.said.items()}
    unsaid = {place for place in declared if bare(said[place]) not in squeezed}
    assert unsaid == set(), "the copy has every personal text"
    assert CLEO not in shown
    assert f"{OTHER} support_contact" not in shown
    assert "en annan person" in shown
    assert len([name for name in done.names if name.startswith("documents/")]) == len(seed.files)


@pytest.mark.promise("S8", "M23")
def test_the_files_are_the_schemas_and_the_documents_theirs() -> None:
    seed = seeded()
    answered = extracts.answer(BO, now=NIGHT)
    done, zipped = built(answered, language="en")
    data = json.loads(zipped.read("data.json"))
    jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert data == json.loads(json.dumps(answered.data))
    assert extracts.MARK in json.dumps(data), "others' data is marked"
    paths = {
        row["document"]
        for record in data["records"]
        for part in record["parts"]
        for row in part["rows"]
        if "document" in row
    }
    assert paths == {name for name in done.names if name.startswith("documents/")}
    assert {zipped.read(path) for path in paths} == set(seed.files)
    assert "tables/support-case.csv" in done.names
    assert text(zipped.read("letter.pdf")).startswith("Munkeby Systems")
    assert "page 1 of" in text(zipped.read("letter.pdf"))


def test_no_spreadsheet_carries_out_what_somebody_wrote() -> None:
    answered = extracts.answer(
        _writing('=HYPERLINK("http://x")', "+1", "@SUM(A1)", "-2+3", "\t=1", " =1"), now=NIGHT
    )
    _, zipped = built(answered)
    cells = [
        cell
        for name in zipped.namelist()
        if name.endswith(".csv")
        for row in csv.reader(io.StringIO(zipped.read(name).decode("utf-8-sig")))
        for cell in row
    ]
    assert sum(cell.startswith("'") for cell in cells) >= 6
    assert not [
        c for c in cells if c.lstrip().startswith(FORMULA) and not c.lstrip("-").replace(".", "").isdigit()
    ]


def _writing(*values: str) -> str:
    """Bo, with a case for each text, in its subject."""
    from tests.running.world import case, contact

    bo = contact(BO)
    for value in values:
        made = case(contact=bo, messages=0)
        made.subject = value
        made.save()
    return BO


def test_names_unpack_where_they_belong_on_every_system() -> None:
    wicked = {
        "../../etc/passwd": "etc/passwd", "/etc/passwd": "etc/passwd", "C:\\Windows\\a": "C_/Windows/a",
        "documents/a/con": "documents/a/_con", "documents/NUL.txt": "documents/_NUL.txt", "a. /b .": "a/b",
        "a/\x00b\n": "a/_b_", "": "file", "documents/x/1-å ä.pdf": "documents/x/1-å ä.pdf",
    }  # fmt: skip
    assert {path: package.member(path) for path in wicked} == wicked
    for path in wicked:
        made = PurePosixPath(package.member(path))
        assert not made.is_absolute()
        assert ".." not in made.parts


def test_two_files_of_one_name_both_get_in(tmp_path: Path) -> None:
    first, second = (documents.store([content]) for content in (b"ett", b"tva"))
    given = _with_documents([("documents/a/X.txt", first), ("documents/a/x.txt", second)])
    done, zipped = built(given)
    assert [name for name in done.names if name.startswith("documents/")] == [
        "documents/a/X.txt",
        "documents/a/_x.txt",
    ]
    assert zipped.read("documents/a/_x.txt") == b"tva"


def _with_documents(stored: list[tuple[str, documents.Stored]]) -> Answered:
    answered = extracts.answer(_writing("ett"), now=NIGHT)
    return replace(answered, documents=tuple(Document(path, one.file, one.secret) for path, one in stored))


def test_a_document_that_cannot_be_read_is_named_and_the_rest_is_whole() -> None:
    whole, cut = documents.store([b"helt"]), documents.store([b"x" * 200_000])
    path = documents.root() / cut.file
    path.write_bytes(path.read_bytes()[:100_000])
    done, zipped = built(
        _with_documents([("documents/a/1-helt.txt", whole), ("documents/a/2-trasigt.txt", cut)])
    )
    assert done.unreadable == 1
    assert [name for name in done.names if name.startswith("documents/")] == ["documents/a/1-helt.txt"]
    assert "2-trasigt.txt" in text(zipped.read("letter.pdf"))


def test_the_same_answer_gives_the_same_package() -> None:
    answered = extracts.answer(_writing("ett", "två"), now=NIGHT)
    assert built(answered)[0] == built(answered)[0]


def test_memory_does_not_grow_with_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "pdf", lambda *_, **__: b"%PDF")
    monkeypatch.setattr(documents, "read", lambda _: _pieces(800))
    one = Document("documents/a/1.bin", "aa/aa", b"")
    answered = _with_documents([])
    small, large = (
        _peak(answered, tuple(replace(one, path=f"documents/a/{n}.pdf") for n in range(count)))
        for count in (1, 4)
    )
    assert large < small + 300_000, "150 MB more, and no more memory"


def _pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield bytes(64 * 1024)


def _peak(answered: Answered, given: tuple[Document, ...]) -> int:
    class Nowhere:
        def write(self, data: bytes, /) -> int:
            return len(data)

        def flush(self) -> None:
            pass

    tracemalloc.start()
    try:
        package.build(
            replace(answered, documents=given), language="sv", right="access", facts=ASKED, policy=running(),
            now=NIGHT, out=Nowhere(),
        )  # fmt: skip
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.article(20)
def test_what_can_be_taken_along_is_what_consent_and_contract_cover() -> None:
    seeded()
    done, zipped = built(extracts.answer(BO, now=NIGHT), right="portability")
    data = json.loads(zipped.read("data.json"))
    jsonschema.validate(data, SCHEMA)
    assert {record["kind"] for record in data["records"]} == {
        "finance.agreement", "finance.invoice", "newsletter.subscription",
    }  # fmt: skip
    assert {contact["register"] for contact in data["contacts"]} == {"finance", "newsletter"}
    assert not [name for name in done.names if name.startswith("documents/")], "those are of other kinds"
    assert bare(copy_words.PORTABLE_LESS.sv) in bare(text(zipped.read("letter.pdf")))


@pytest.mark.article(20)
def test_where_the_policy_states_no_basis_nothing_is_withheld_for_it() -> None:
    assert portability.covers([None, "legitimate interest"])
    assert not portability.covers(["legitimate interest", "legal obligation"])
    assert not portability.covers([])
    seeded()
    answered = extracts.answer(BO, now=NIGHT)
    for about in answered.data["kinds"].values():
        for purpose in about["purposes"]:
            purpose["basis"] = None
    _done, zipped = built(answered, right="portability")
    assert "support.case" in {record["kind"] for record in json.loads(zipped.read("data.json"))["records"]}
    assert bare(copy_words.PORTABLE_UNSAID.sv) in bare(text(zipped.read("letter.pdf")))


@pytest.mark.promise("S6")
def test_where_a_value_came_from_is_said_in_words_whatever_its_column_is_called() -> None:
    seeded()
    kept = {"business_system": {"from": "order"}, "organisation_number": {"from": "order"}}
    said = Context.of(running(), "sv", NIGHT).value(None, kept)
    assert said == "affärssystem: beställning; organisationsnummer: beställning"


def test_nobody_known_gets_a_letter_that_says_so_and_no_empty_files() -> None:
    done, zipped = built(
        extracts.answer("okand@example.com", now=NIGHT),
        facts=replace(ASKED, nothing=True, address="okand@example.com"),
    )
    assert done.names == ("letter.pdf",)
    assert "hittar ingen under adressen okand@example.com" in text(zipped.read("letter.pdf"))


@pytest.mark.promise("S20")
def test_the_receipt_of_an_erasure_is_in_the_package_and_can_be_checked(tmp_path: Path) -> None:
    Seed(MARKER, BO).everything()
    done_erasing = erasures.erase(BO, now=NIGHT, by="command line")
    make_checkpoint(NIGHT)
    facts = replace(EVERYTHING, receipts=(Receipt(done_erasing.receipt, done_erasing.salt), Receipt(10**9)))
    done, zipped = built(None, right="erasure", facts=facts)
    number = done_erasing.receipt
    assert done.names == ("letter.pdf", f"receipts/{number}.json", "receipt.json", "verifier.py")
    note = read_proof(zipped.read(f"receipts/{number}.json")).check(load_signer().key)
    assert note.size >= 1
    about: Mapping[str, Any] = json.loads(zipped.read("receipt.json"))
    first, unsigned = about["receipts"]
    assert first["entry"]["body"]["person"] == _commitment(done_erasing.salt)
    assert unsigned["note"]["sv"] == words.NOT_SIGNED.sv
    assert MARKER not in json.dumps(about)
    assert str(number) in text(zipped.read("letter.pdf"))
    zipped.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", "verifier.py", "--key", about["key"], first["proof"]]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (checked.returncode, f"entry {number} of a ledger" in checked.stdout) == (0, True), checked.stderr


def _commitment(salt: bytes) -> str:
    import hmac

    return hmac.new(salt, BO.encode(), hashlib.sha256).hexdigest()


def test_the_package_is_encrypted_at_rest_and_gone_with_its_key() -> None:
    answered = extracts.answer(_writing("hemlig rubrik"), now=NIGHT)
    with storing.draft() as out:
        done = package.build(
            answered, language="sv", right="access", facts=ASKED, policy=running(), now=NIGHT, out=out
        )
        stored = out.finish()
    file = storing.root() / stored.file
    assert stored.size == done.size
    assert file.stat().st_mode & 0o777 == 0o600
    assert storing.root().stat().st_mode & 0o777 == 0o700
    assert not file.read_bytes().startswith(b"PK")
    plain = b"".join(storing.read(stored.file, stored.secret))
    assert hashlib.sha256(plain).hexdigest() == done.digest
    assert zipfile.ZipFile(io.BytesIO(plain)).testzip() is None
    with pytest.raises(Refused):
        list(storing.read(stored.file, b"\x00" * len(stored.secret)))
    storing.remove(stored.file)
    storing.remove(stored.file)
    assert not file.exists()


def test_an_answer_that_failed_leaves_nothing_and_orphans_are_collected() -> None:
    with suppress(InterruptedError), storing.draft() as out:
        out.write(b"halv")
        raise InterruptedError
    with storing.draft() as out:
        out.write(b"kvar")
        kept = out.finish()
    with storing.draft() as out:
        out.write(b"ingens")
        orphan = out.finish()
    assert len([path for path in storing.root().rglob("*") if path.is_file()]) == 2
    from datetime import UTC, datetime, timedelta

    later = datetime.now(UTC) + timedelta(hours=2)
    assert storing.collect_orphans(lambda files: {kept.file} & set(files), now=later) == 1
    assert not (storing.root() / orphan.file).exists()
    assert (storing.root() / kept.file).exists()
