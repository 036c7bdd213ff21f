"""Names and addresses in other people's free text and documents: what stands there as words is found, by the index, and
nothing else is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from email.message import EmailMessage
from itertools import pairwise
from unicodedata import normalize

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallra import naming
from gallra.engine.person.mentions import Place, _Asking, places
from gallra.registers import contents, documents, searching
from gallra.registers.support.models import Case, CaseDocument, Contact, Note
from gallra.running import persons
from gallra.running.persons import own_people
from gallra.systems.connection import OwnDatabase
from tests.person.world import BO, CLEO, LONG_AGO, NIGHT, database_text

pytestmark = [pytest.mark.usefixtures("db", "policy"), pytest.mark.promise("S8", "S20", "M21")]


def placed(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, one sign after the other, with where they begin and end."""
    found: list[tuple[str, int, int]] = []
    for at, sign in enumerate(text):
        if sign.isalnum():
            word, begin = found.pop()[:2] if found and found[-1][2] == at else ("", at)
            found.append((word + sign, begin, at + 1))
    return found


def where(text: str, name: str) -> set[tuple[int, int]]:
    """Where a name stands in a text: from word to word (the last not included)."""
    words, whole, found = placed(text), [word for word, _, _ in placed(name)], set()
    for order in (whole, [whole[-1], *whole[:-1]]):
        small = [word.lower() for word in order]
        for at in range(len(words) - len(small) + 1):
            window = words[at : at + len(small)]
            here = [word.lower() for word, _, _ in window]
            between = "".join(text[one[2] : other[1]] for one, other in pairwise(window))
            if here[:-1] == small[:-1] and _ends(small[-1], here[-1]) and not {"<", "@"} & set(between):
                found.add((at, at + len(small)))
    return found


def _ends(word: str, said: str) -> bool:
    return said == word or (word[-1] not in "sxz" and said == f"{word}s")


def says(text: str, names: Iterable[str], address: str) -> bool:
    """The oracle: whether a text names the person, by looking at every place in it."""
    text = normalize("NFC", text)
    for name in names:
        whole = [word for word, _, _ in placed(name)]
        if len(whole) == 1 and len(whole[0]) < 4:
            forms = {form + s for form in (whole[0], whole[0].upper()) for s in ("", "s", "S")}
            if whole[0][-1].lower() in "sxz":
                forms = {whole[0], whole[0].upper()}
            if forms & {word for word, _, _ in placed(text)}:
                return True
        elif where(text, name):
            return True
    lower = text.lower()
    at = lower.find(address)
    while at >= 0:
        before, after = lower[:at], lower[at + len(address) :]
        starts = not before or not before[-1].isalnum()
        if len(before) > 1 and before[-1] in "._%+-" and before[-2].isalnum():
            starts = False
        if starts and not (after and after[0].isalnum()):
            return True
        at = lower.find(address, at + 1)
    return False


NAMES = st.one_of(
    st.sampled_from(["Bo", "Bo Ek", "Anna Svensson", "Åsa Öberg", "Max", "Anna-Lena von Essen", "Émile Zola", "Li Å"]),
    st.lists(st.text("abeksåäöÅ", min_size=2, max_size=4), min_size=1, max_size=3).map(" ".join),
)  # fmt: skip
SIGNS = " .,:;!?-_/\\<>&@+~#%='\"()[]{}*|^`$\n\t–”…’«·€\u00a0\u00ad\u200b\u2028\ufeff12"


@st.composite
def texts(draw: st.DrawFn, name: str, address: str) -> str:
    """Pieces of the name and the address, whole, cut, declined, turned round, in any case, with any signs between."""
    parts = name.split()
    pieces = [
        name, name.upper(), name.lower(), f"{name}s", f"{name}:s", normalize("NFD", name), f"{parts[-1]}, {parts[0]}",
        *parts, *(f"{part}s" for part in parts), address, address.upper(), f"x.{address}", f"{address}x",
        f"<{address}>", f"mailto:{address}.", "kund", "e", "12", "www.ek.se/bo", "<b>", "&amp;", "1e5",
    ]  # fmt: skip
    bits = st.one_of(st.sampled_from(pieces), st.text(SIGNS, max_size=2), st.just(" "))
    return "".join(draw(st.lists(bits, max_size=8)))


def _cleos() -> Case:
    cleo = Contact.objects.create(name="Cleo Qvist", email=CLEO)
    return Case.objects.create(
        number=4711, contact=cleo, status="open", priority="normal", opened_at=LONG_AGO
    )


@settings(max_examples=60)
@given(st.data(), NAMES)
@example(None, "Bo Ek")
def test_what_stands_as_words_is_found_and_nothing_else(data: st.DataObject | None, name: str) -> None:
    address = "bo+1@kund.example"
    said = [
        "Ek-Bos <bo+1@kund.example>",
        "bo_ek.pdf",
        "x.bo+1@kund.example",
        "http://a.se/Bo/Ek?b=1",
        "Boel Eken",
    ]
    if data is not None:
        said = data.draw(st.lists(texts(name, address), min_size=1, max_size=6))
    case = Case.objects.first() or _cleos()
    Note.objects.all().delete()
    notes = [
        Note.objects.create(case=case, channel="note", author="x", text=text or None, made_at=LONG_AGO)
        for text in said
    ]
    known = naming.terms(address, [name])
    asking = _Asking(
        OwnDatabase(), own_people(), frozenset(), frozenset(), naming.asked(known), naming.pattern(known), ""
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found, _, _ = asking.of(_kinds()["support_note"])
    wanted = {note.pk for note, text in zip(notes, said, strict=True) if says(text, [name], address)}
    assert {mention.key for mention in found} == wanted


def test_every_search_goes_by_the_index_of_its_table() -> None:
    """And the indexes are over what is declared: a new column with free text needs a migration."""
    asking = _Asking(
        OwnDatabase(), own_people(), frozenset(), frozenset(), "'bo' & 'ek'", naming.NOTHING, "'wa'"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        for place in _kinds().values():
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [f"{place.table.name}_words"]
            )
            [[made]] = cursor.fetchall()
            assert f"(directory_words(ARRAY[{', '.join(place.indexed)}]))" in made, place.table.name
            if place.table.name == "support_case":  # of an empty table any index over open cases will do
                assert made.endswith("WHERE (archived_at IS NULL)")
                continue
            statement = asking.statement(place)
            cursor.execute(f"EXPLAIN {statement.text}", statement.params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert f"Bitmap Index Scan on {place.table.name}_words" in plan, plan


def _kinds() -> dict[str, Place]:
    """The places of the registers and of the mailbox; what waits for a day or two needs no index."""
    found = {place.table.name: place for place in places(own_people())}
    return {name: place for name, place in found.items() if not name.startswith("portal_")}


def test_free_text_of_every_register_is_searched_and_archived_records_are_not() -> None:
    assert {"support_case", "support_message", "support_note", "support_document", "support_suggestion", "crm_case",
            "crm_dialogue", "crm_note", "crm_sale", "crm_review", "crm_document", "finance_agreement", "finance_line",
            "mail_incoming", "mail_attachment"} == set(_kinds())  # fmt: skip
    case = _cleos()
    Contact.objects.create(name="Bo Ek", email=BO)
    Case.objects.filter(pk=case.pk).update(solution="Löst av Bo Ek", subject="Bo Eks skrivare")
    found = persons.find(BO, now=NIGHT, also_mentions=True).mentions or ()
    assert {(m.kind, m.record, m.column) for m in found} == {
        ("support.case", case.pk, "subject"), ("support.case", case.pk, "solution"),
    }  # fmt: skip
    Case.objects.filter(pk=case.pk).update(archived_at=NIGHT, contact=None, subject=None)
    assert persons.find(BO, now=NIGHT, also_mentions=True).mentions == ()


def test_a_text_too_long_for_the_index_is_read_each_time() -> None:
    case = _cleos()
    Contact.objects.create(name="Bo Ek", email=BO)
    long = " ".join(f"ord{number}" for number in range(60_000))
    for text in (f"{long} Bo Ek", long):
        Note.objects.create(case=case, channel="note", author="x", text=text, made_at=LONG_AGO)
    [found] = persons.find(BO, now=NIGHT, also_mentions=True).mentions or ()
    assert str(Note.objects.get(pk=found.key).text).endswith("Bo Ek")


def _attached(case: Case, content: bytes, name: str = "a.bin") -> CaseDocument:
    stored = documents.store([content])
    return CaseDocument.objects.create(
        case=case, name=name, size=stored.size, file=stored.file, secret=stored.secret, words=stored.words,
        added_at=LONG_AGO,
    )  # fmt: skip


def pdf(*lines: str) -> bytes:
    """A small PDF with text in it."""
    said = " ".join(f"({line.encode('latin-1').decode('latin-1')}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {said} ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    out, places_ = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places_.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places_)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def docx(markup: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("word/document.xml", f"<w:document><w:body>{markup}</w:body></w:document>")
    return out.getvalue()


def eml() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Någon <x@annan.example>", "Hej"
    mail.set_content("Det här är från Bo Ek, räksmörgås.")
    mail.add_attachment(docx("<w:p><w:r><w:t>Anna S</w:t></w:r><w:r><w:t>vensson</w:t></w:r></w:p>"),
                        maintype="application", subtype="octet-stream", filename="bilaga.docx")  # fmt: skip
    return mail.as_bytes()


FILES = {
    "text": "Hej från Bo Ek".encode(), "old text": "Åsa och Bo Eks bil".encode("cp1252"),
    "wide text": "Bo Ek".encode("utf-16"), "page": b"<!doctype html><p>Bo <b>E</b>k<script>Cleo</script>",
    "pdf": pdf("Offert till Bo Ek", "Malmö"), "mail": eml(), "word": docx("<w:p><w:r><w:t>Bo Ek</w:t></w:r></w:p>"),
}  # fmt: skip


def test_documents_are_found_and_their_words_are_not_in_the_database() -> None:
    case = _cleos()
    Contact.objects.create(name="Bo Ek", email=BO)
    Contact.objects.create(name="Anna Svensson", email="anna@annan.example")
    made = {kind: _attached(case, content).pk for kind, content in FILES.items()}
    others = {"picture": b"\x89PNG\r\n\0\0Bo Ek", "broken": b"%PDF-1.4 Bo Ek", "other": b"Boel Eken",
              "apart": b"Ek vid sjon. Bo dar."}  # fmt: skip
    for content in others.values():
        _attached(case, content)
    unread = _attached(case, b"Bo Ek igen")
    CaseDocument.objects.filter(pk=unread.pk).update(words=None)
    found = persons.find(BO, now=NIGHT, also_mentions=True).mentions or ()
    assert {m.key for m in found} == {*made.values(), unread.pk}
    assert {(m.kind, m.record, m.table, m.column) for m in found} == {
        ("support.case", case.pk, "support_document", "file")
    }
    [annas] = persons.find("anna@annan.example", now=NIGHT, also_mentions=True).mentions or ()
    assert annas.key == made["mail"]
    assert documents.read_unread() == 1
    assert CaseDocument.objects.get(pk=unread.pk).words
    text = database_text()["support_document"].casefold()
    assert all(word not in text for word in ("räksmörgås", "offert", "malmö", "igen", "sjon"))
    token = searching.token("räksmörgås")
    assert token in text
    CaseDocument.objects.filter(pk=made["mail"]).delete()
    assert token not in database_text()["support_document"], "a document that goes takes its words with it"


def test_what_a_file_says_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contents.text_of(b"\x89PNG\r\n\0\0") is None
    assert contents.text_of(b"%PDF-1.7 nothing") is None
    assert contents.text_of(b"PK\x03\x04 broken") is None
    assert "Bo Ek" in (contents.text_of(FILES["word"]) or "")
    assert "Cleo" not in (contents.text_of(FILES["page"]) or "")
    bomb = docx("<w:p>" + "x" * 2_000_000 + "</w:p>")
    monkeypatch.setattr(contents, "LARGEST", 100_000)
    assert len(contents.text_of(bomb) or "") <= 100_000
    monkeypatch.setattr(contents, "SECONDS", 0)
    assert contents.text_of(FILES["pdf"]) is None
