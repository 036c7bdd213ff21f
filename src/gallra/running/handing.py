"""An answer as files that a person can use: JSON, a table per record kind, the documents, and a page to begin with.

The folder is new and only its owner's (mode 700, files 600); nothing is ever overwritten, and a failed answer leaves
nothing behind.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import gettext as _

from gallra.policy.wording.words import BASES
from gallra.registers import documents
from gallra.registers.bases import Document as StoredDocument
from gallra.registers.errors import Refused
from gallra.running.extracts import Answered, Document

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")


class NotEmpty(Exception):
    """The folder is there already. Nothing was written."""

    def __str__(self) -> str:
        return _("The folder is there already. Nothing was written. Name a new one with --out.")


class NoFolder(Exception):
    """The folder cannot be made."""

    def __str__(self) -> str:
        return _("The folder cannot be made there. Nothing was written. Name another one with --out.")


def write(answered: Answered, folder: Path) -> str:
    """Write the answer to a new folder; the SHA-256 of its JSON. Raises NotEmpty, NoFolder."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise NotEmpty from None
    except OSError:
        raise NoFolder from None
    try:
        unreadable = _documents(answered.documents, folder)
        text = json.dumps(answered.data, ensure_ascii=False, indent=2) + "\n"
        _file(folder / "extract.json", text.encode())
        for name, rows in tables(answered.data).items():
            _file(folder / "tables" / f"{name}.csv", sheet(rows).encode("utf-8-sig"))
        for name, words in (("LÄSMIG.txt", _SV), ("README.txt", _EN)):
            _file(folder / name, _page(answered, words, unreadable).encode())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return sha256(text.encode()).hexdigest()


def tables(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """A table per register's contacts, per record kind and per part, of what the JSON has."""
    found: dict[str, list[dict[str, Any]]] = {}
    for contact in data["contacts"]:
        found.setdefault(f"{contact['register']}-contact", []).append(contact["values"])
    for company in data["companies"]:
        found.setdefault("company", []).append(company)
    for item in data["records"]:
        goes = item["goes"] or {"day": None, "why": {"sv": "", "en": ""}}
        said = {"goes": goes["day"], "why_sv": goes["why"]["sv"], "why_en": goes["why"]["en"]}
        found.setdefault(item["kind"].replace(".", "-"), []).append(
            {**item["values"], "yours": item["yours"], **said}
        )
        for part in item["parts"]:
            found.setdefault(part["table"].replace("_", "-"), []).extend(part["rows"])
    return found


def sheet(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as CSV (RFC 4180). What a spreadsheet would run as a formula is written as text."""
    listed = list(rows)
    columns = list(dict.fromkeys(name for row in listed for name in row))
    out = io.StringIO(newline="")
    made = csv.DictWriter(out, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    made.writeheader()
    for row in listed:
        made.writerow({name: safe(value) for name, value in row.items()})
    return out.getvalue()


def safe(value: Any) -> str:
    """A cell that no spreadsheet carries out: an apostrophe before what begins like a formula, numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _documents(stored: Iterable[Document], folder: Path) -> int:
    """Decrypt the documents; how many could not be read."""
    unreadable = 0
    for document in stored:
        row = cast(StoredDocument, SimpleNamespace(file=document.file, secret=document.secret))
        target = folder / document.path
        try:
            _file(target, documents.read(row))
        except Refused:
            target.unlink(missing_ok=True)
            unreadable += 1
    return unreadable


def _file(path: Path, content: bytes | Iterator[bytes]) -> None:
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir(mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out:
        for piece in (content,) if isinstance(content, bytes) else content:
            out.write(piece)


_SV = {
    "lang": "sv",
    "title": "Registerutdrag",
    "about": "Det här är de uppgifter som {name} har om dig under {email}, framtagna {day}.",
    "files": "extract.json har allt, i den form som docs/extract-schema.json beskriver. I tables/ finns samma uppgifter"
    " som tabeller för kalkylprogram, i documents/ dina dokument. [redacted] står där något gäller en annan person.",
    "hidden": "I {texts} av dina texter är namn eller adresser dolda. De gäller {people} andra kontakter.",
    "goes": "Hur länge uppgifterna finns",
    "why": "Varför och för vem",
    "basis": "grund",
    "to": "mottagare",
    "unknown": "ingen dag bestämd",
    "unreadable": "{count} dokument kunde inte läsas.",
    "rights": "Du kan begära att uppgifter rättas eller raderas: {contact}",
    "authority": "Klagomål lämnas till {authority}.",
}
_EN = {
    "lang": "en",
    "title": "Your data",
    "about": "This is what {name} holds about you under {email}, made on {day}.",
    "files": "extract.json has everything, in the form that docs/extract-schema.json describes. tables/ has the same as"
    " tables for spreadsheets, documents/ your documents. [redacted] stands where something is another person's.",
    "hidden": "In {texts} of your texts names or addresses are hidden. They concern {people} other contacts.",
    "goes": "How long the data is kept",
    "why": "Why, and for whom",
    "basis": "basis",
    "to": "recipients",
    "unknown": "no day set",
    "unreadable": "{count} documents could not be read.",
    "rights": "You can ask for data to be corrected or erased: {contact}",
    "authority": "Complaints go to {authority}.",
}


def _page(answered: Answered, words: dict[str, str], unreadable: int) -> str:
    data, lang = answered.data, words["lang"]
    who = data["controller"]
    lines = [words["title"], "=" * len(words["title"]), ""]
    lines += [
        words["about"].format(name=who["name"], email=data["person"]["email"], day=data["made_at"][:10]),
        "",
    ]
    lines.append(words["files"])
    if hidden := data.get("hidden"):
        lines.append(words["hidden"].format(**hidden))
    lines += ["", words["goes"], "-" * len(words["goes"])]
    for item in data["records"]:
        noun = data["kinds"][item["kind"]]["noun"]["one"][lang]
        goes = item["goes"] or {"day": None, "why": {lang: ""}}
        lines.append(
            f"{noun} {item['called']}: {goes['day'] or words['unknown']} {goes['why'][lang]}".rstrip()
        )
    lines += ["", words["why"], "-" * len(words["why"])]
    for about in data["kinds"].values():
        for purpose in about["purposes"]:
            basis = f" ({words['basis']}: {BASES[purpose['basis']][lang]})" if purpose["basis"] else ""
            lines.append(f"{about['noun']['many'][lang]}: {purpose['text'][lang]}{basis}")
        if about["recipients"]:
            lines.append(f"  {words['to']}: {', '.join(r['name'] for r in about['recipients'])}")
    if unreadable:
        lines += ["", words["unreadable"].format(count=unreadable)]
    if who["email"]:
        lines += ["", words["rights"].format(contact=who["email"])]
    if who["authority"]:
        lines.append(words["authority"].format(authority=who["authority"]))
    return "\n".join(lines) + "\n"
