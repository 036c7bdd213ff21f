"""The package a person gets: a zip with the letter, their data as JSON and CSV, their documents, and receipts.

It is written straight through, piece by piece: memory does not grow with the documents, and `out` need not seek. The
same data, facts and moment give the same bytes. Where no copy was asked for it holds letter and receipts alone.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, cast

from gallra.ledger import verifier
from gallra.ledger.proof import NoProof, Prover
from gallra.ledger.signing import load_signer
from gallra.registers import documents
from gallra.registers.bases import Document as StoredDocument
from gallra.registers.errors import Refused
from gallra.rights import portability
from gallra.rights.answer import typeset, words
from gallra.rights.answer.context import Context
from gallra.rights.answer.facts import Facts, Outcome, Receipt, Right
from gallra.rights.answer.letters import empty, letter
from gallra.running.extracts import Answered, Document
from gallra.running.handing import sheet, tables
from gallra.running.installed import Running

LETTER, DATA, RECEIPT, VERIFIER = "letter.pdf", "data.json", "receipt.json", "verifier.py"
FORMAT = "gallra-receipt-1"
"""The bases on which Article 20 gives a right to take data along."""
_LEVEL = 6
_COMPRESSED = (".zip", ".gz", ".png", ".jpg", ".jpeg", ".pdf", ".docx", ".xlsx", ".pptx", ".mp4", ".7z")
"""Not compressed a second time."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


class Out(Protocol):
    """What is written to: a file, or storing.draft()."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Built:
    """digest: SHA-256 of the zip; names: of what is in it, in order; size: in bytes; unreadable: documents that could
    not be read and are not in it, by number."""

    digest: str
    names: tuple[str, ...]
    size: int
    unreadable: int = 0


@dataclass(slots=True)
class _Through:
    """Hashes and counts what passes. It cannot seek, so the zip is written straight through."""

    out: Out
    hash: Any = field(default_factory=sha256)
    size: int = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        self.out.write(data)
        return len(data)

    def flush(self) -> None:
        self.out.flush()


def build(
    answered: Answered | None,
    *,
    language: str,
    right: Right,
    outcome: Outcome = "granted",
    facts: Facts,
    policy: Running,
    now: datetime,
    out: Out,
) -> Built:
    """Write the package to `out`.

    answered: what `extracts.answer` gave, where a copy was asked for; for portability it is cut down to what Article 20
    covers. policy: the running one. now: when the answer was made; it is the letter's date. Raises Unprintable, and
    ValueError where a copy is to be answered without data.
    """
    copied = answered is not None and outcome == "granted" and right in ("access", "portability")
    if answered is not None and right == "portability":
        answered = portable(answered)
    given = answered if copied and answered is not None and not empty(answered.data) else None
    readable, broken = _checked(given.documents if given else ())
    written = letter(
        Context.of(policy, language, now), right=right, outcome=outcome, facts=facts,
        data=answered.data if answered else None, documents=len(readable),
        unreadable=tuple(document.path.rsplit("/", 1)[-1] for document in broken),
    )  # fmt: skip
    through = _Through(out)
    with zipfile.ZipFile(cast(Any, through), "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as zipped:
        members = _Members(zipped, now)
        members.add(LETTER, typeset.pdf(written, now=now))
        if given is not None:
            add_data(members, given.data)
            for document in readable:
                members.add(member(document.path), _plain(document))
        if facts.receipts:
            for name, content in receipts(facts.receipts):
                members.add(name, content)
            members.add(VERIFIER, Path(verifier.__file__).read_bytes())
    return Built(through.hash.hexdigest(), tuple(members.names), through.size, len(broken))


@dataclass(slots=True)
class _Members:
    """The files of a zip, each name once, whatever the case of its letters."""

    zipped: zipfile.ZipFile
    now: datetime
    names: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def add(self, name: str, content: bytes | Iterable[bytes]) -> None:
        while name.casefold() in self._taken:
            folder, slash, last = name.rpartition("/")
            name = f"{folder}{slash}_{last}"
        self._taken.add(name.casefold())
        self.names.append(name)
        info = zipfile.ZipInfo(name, date_time=self.now.utctimetuple()[:6])
        info.compress_type = (
            zipfile.ZIP_STORED if name.lower().endswith(_COMPRESSED) else zipfile.ZIP_DEFLATED
        )
        info.external_attr = 0o600 << 16
        with self.zipped.open(info, "w", force_zip64=not isinstance(content, bytes)) as target:
            for piece in (content,) if isinstance(content, bytes) else content:
                target.write(piece)


def add_data(members: _Members, data: Mapping[str, Any]) -> None:
    """The JSON and the tables; what a spreadsheet would run is text there."""
    members.add(DATA, _json(data))
    for name, rows in tables(dict(data)).items():
        members.add(member(f"tables/{name}.csv"), sheet(rows).encode("utf-8-sig"))


def _json(data: Mapping[str, Any]) -> Iterator[bytes]:
    """The data with each entry on a line of its own: people can look at it, and it is written as fast as without."""
    yield b"{\n"
    for number, (name, value) in enumerate(data.items()):
        yield f"{',' if number else ' '}{json.dumps(name)}: ".encode()
        if isinstance(value, list) and value:
            yield b"[\n"
            for place, each in enumerate(value):
                yield f"  {',' if place else ' '}{json.dumps(each, ensure_ascii=False)}\n".encode()
            yield b" ]\n"
        else:
            yield f"{json.dumps(value, ensure_ascii=False)}\n".encode()
    yield b"}\n"


def portable(answered: Answered) -> Answered:
    """What Article 20 covers (portability.py): records of the kinds that it covers, the contacts of their registers,
    and their documents."""
    data = answered.data
    kinds = {
        name: about
        for name, about in data["kinds"].items()
        if portability.covers(purpose["basis"] for purpose in about["purposes"])
    }
    registers = {name.split(".", 1)[0] for name in kinds}
    records = [record for record in data["records"] if record["kind"] in kinds and record["yours"]]
    named = {row["document"] for record in records for part in record["parts"] for row in part["rows"]
             if "document" in row}  # fmt: skip
    contacts = [contact for contact in data["contacts"] if contact["register"] in registers]
    cut = {**data, "kinds": kinds, "records": records, "contacts": contacts, "account": None,
           "companies": data["companies"] if contacts else []}  # fmt: skip
    counts = {name: count for name, count in answered.counts.items() if name in kinds}
    kept = tuple(document for document in answered.documents if document.path in named)
    return replace(answered, data=cut, documents=kept, counts=counts)


def receipts(wanted: Iterable[Receipt]) -> Iterator[tuple[str, bytes]]:
    """The proof of each entry as a file of its own, and one that says how they are checked."""
    listed = tuple(wanted)
    said, prover = [], Prover(load_signer().key, [receipt.number for receipt in listed])
    for receipt in listed:
        line: dict[str, Any] = {"number": receipt.number}
        if receipt.salt:
            line["salt"] = receipt.salt.hex()
        try:
            proof = prover.prove(receipt.number)
        except NoProof:
            line["note"] = {"sv": words.NOT_SIGNED.sv, "en": words.NOT_SIGNED.en}
        else:
            line["proof"] = f"receipts/{receipt.number}.json"
            line["entry"] = json.loads(json.loads(proof)["entry"])
            yield line["proof"], proof
        said.append(line)
    about = {
        "format": FORMAT,
        "key": prover.key.text,
        "how": {"sv": words.HOW.sv, "en": words.HOW.en},
        "receipts": said,
    }
    yield RECEIPT, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def member(path: str) -> str:
    """A path that every system unpacks where it belongs: no way up, no drive, no name that is a device, nothing that
    ends in a point or a space."""
    parts = []
    for part in path.replace("\\", "/").split("/"):
        kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in part).strip(". ")[-120:]
        if kept:
            parts.append(f"_{kept}" if kept.split(".", 1)[0].casefold() in _RESERVED else kept)
    return "/".join(parts) or "file"


def _checked(stored: Iterable[Document]) -> tuple[list[Document], list[Document]]:
    """Those that can be read whole, and those that cannot: a zip takes nothing back, so they are read once before."""
    readable, broken = [], []
    for document in stored:
        try:
            for _piece in _plain(document):
                pass
        except Refused:
            broken.append(document)
        else:
            readable.append(document)
    return readable, broken


def _plain(document: Document) -> Iterator[bytes]:
    return documents.read(cast(StoredDocument, SimpleNamespace(file=document.file, secret=document.secret)))
