"""The answer to a person who asks what is held of them (Articles 15 and 20; S15, M23): data by a documented schema
(docs/extract-schema.json), with the day each record goes and why it is kept until then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gallra import naming
from gallra.engine.days import Today
from gallra.engine.execute import Executor, again
from gallra.engine.holds import OwnHolds
from gallra.engine.person.extract import Extract, Item, extract
from gallra.engine.person.hiding import Hiding, Who, finder, hide, others
from gallra.engine.person.redacting import Group, Hidden, Redacted, Values
from gallra.engine.person.withholding import Withheld, withhold
from gallra.kinds import RecordKind, Text
from gallra.ledger.append import append
from gallra.ledger.commitments import commit, new_salt
from gallra.policy import Policy
from gallra.running import foreign, foreign_persons
from gallra.running.asking import told
from gallra.running.foreign_reasons import REASONS
from gallra.running.installed import Running, own_kinds, running
from gallra.running.persons import SignIn, address_of, own_people, sign_in
from gallra.systems.connection import OwnDatabase

FORMAT = "gallra-extract-1"
MARK = "[redacted]"
"""Stands for what is somebody else's."""
AS_THEY_ARE = frozenset({str, int, bool, type(None)})
"""What JSON knows without us."""
CORRESPONDENCE = ("gallra.mail", "gallra.failed_mail", "gallra.received")
"""Mail between us and the person."""
CODE = "/code"
"""Ends the names of the texts that hold a one-time code."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the person's: where it lies in the answer, the stored file, and its key; the record kind, record,
    table and row it is of, empty where it is not the person's own."""

    path: str
    file: str
    secret: bytes = field(repr=False)
    kind: str = ""
    record: str = ""
    table: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the person gets. data: as the schema says; documents: to be decrypted beside it."""

    data: dict[str, Any] = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)
    salt: bytes = field(repr=False, default=b"")
    hiding: Hiding = field(default=Hiding(), repr=False)
    """Whose names are hidden in the person's texts."""
    finder: Hidden | None = field(default=None, repr=False)
    """What finds others in a text, as it was done here."""

    @property
    def nothing(self) -> bool:
        """Whether no system knows the address: what was written about a request that somebody made under it does not
        make them known."""
        known = any(not _of_asking(record) for record in self.data["records"])
        return not (self.data["contacts"] or known or self.data["account"])


def read(address: str, *, now: datetime, executor: Executor | None = None) -> tuple[Extract, Running, Today]:
    """Everything of the person as rows. Raises NotAnAddress, NoPolicy."""
    policy, own = running(), executor or OwnDatabase()
    today = Today.of(now, policy.rules.timezone)
    found = extract(own, own_people(), address_of(address), rules=policy.rules, holds=OwnHolds(), today=today)
    return found, policy, today


def answer(
    address: str,
    *,
    now: datetime,
    executor: Executor | None = None,
    without: Withheld = frozenset(),
    shown: Collection[Who] = (),
) -> Answered:
    """The person's answer, as data. without: what is not given out; shown: of which contacts beside the person the
    names stay in the person's texts, where all others' are hidden. Nothing is written anywhere. Raises NotAnAddress,
    NoPolicy.
    """
    person = address_of(address)
    found, policy, today = read(person, now=now, executor=executor)
    elsewhere, unreachable = foreign_persons.extracted(policy, person, today)
    for there in elsewhere.values():
        found = replace(
            found, contacts=found.contacts + there.contacts, companies=found.companies + there.companies,
            items=found.items + there.items,
        )  # fmt: skip
    finds = _finder(found, person, shown, executor)
    found, hiding = hide(withhold(found, without), finds)
    documents: list[Document] = []
    records = [_item(item, policy, today, documents) for item in found.items]
    data = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "person": {"email": person},
        "controller": _controller(policy.policy),
        "policy": policy.rules.version,
        "mark": MARK,
        "contacts": [_contact(values, contact.of.table.name) for contact, values in found.contacts],
        "companies": [_row(values) for values in found.companies],
        "account": _account(sign_in(person)),
        "records": records,
        **({"not_asked": unreachable} if unreachable else {}),
        **({"hidden": {"people": len(hiding.by), "texts": hiding.texts}} if hiding.texts else {}),
        "kinds": {name: _about(name, policy) for name in sorted(found.counts())},
        "rights": list(policy.policy.rights.offered) if policy.policy.rights else [],
    }
    return Answered(data, tuple(documents), found.counts(), new_salt(), hiding, finds)


@dataclass(frozen=True, slots=True)
class Looked:
    """What of a copy is to be looked at before it goes. named: the contacts beside the person whom the person's own
    texts name, each with the number of texts; documents: those that would be in it."""

    named: Mapping[Who, int]
    documents: tuple[Document, ...]
    finder: Hidden = field(repr=False)


def looked(address: str, *, now: datetime, executor: Executor | None = None) -> Looked:
    """What a copy of our own registers would have of others in it. Raises NotAnAddress, NoPolicy."""
    person = address_of(address)
    found, _policy, _today = read(person, now=now, executor=executor)
    finds = _finder(found, person, (), executor)
    documents: list[Document] = []
    for item in found.items:
        for group in item.parts:
            documents += _documents(item, group)
    return Looked(hide(found, finds)[1].by, tuple(documents), finds)


def named(address: str, *, now: datetime, executor: Executor | None = None) -> Mapping[Who, int]:
    """The contacts beside the person whom the person's own texts name, each with the number of texts. Raises
    NotAnAddress, NoPolicy."""
    return looked(address, now=now, executor=executor).named


def _finder(found: Extract, person: str, shown: Collection[Who], executor: Executor | None) -> Hidden:
    names = [contact.values.get(contact.of.name or "") for contact, _ in found.contacts]
    phones = [contact.values.get(contact.of.phone or "") for contact, _ in found.contacts]
    own = naming.terms(person, [str(name) for name in names if name], [str(each) for each in phones if each])
    return finder(others(executor or OwnDatabase(), own_people(), found), own=own, mark=MARK, shown=shown)


def _of_asking(record: Mapping[str, Any]) -> bool:
    """Mail about a request, or with a one-time code."""
    if record["kind"] not in CORRESPONDENCE:
        return False
    return record["values"].get("request") is not None or str(record["values"].get("text")).endswith(CODE)


def record(
    answered: Answered, *, address: str, digest: str, now: datetime, by: str, request: int | None = None
) -> int:
    """Enter in the ledger that the answer was given: numbers, a commitment to the person, the hash of what they got."""
    body: dict[str, object] = {
        "person": commit(address_of(address), salt=answered.salt), "by": commit(by, salt=answered.salt),
        "records": dict(answered.counts), "files": len(answered.documents), "file": digest,
    }  # fmt: skip
    if request is not None:
        body["request"] = request
    version = running().rules.version
    return again(OwnDatabase(), lambda: append(action="extract", body=body, now=now, policy=version))


def _item(item: Item, policy: Running, today: Today, documents: list[Document]) -> dict[str, Any]:
    number = item.row.values.get(item.kind.number) if item.kind.number else None
    label = str(number if number is not None else item.key)
    return {
        "kind": item.kind.name,
        "system": item.kind.system,
        "key": plain(item.key),
        "called": label,
        "role": _text(item.path.role),
        "yours": item.owner,
        "goes": _fate(item, label, policy, today) if item.owner else None,
        "values": _row(item.row),
        "parts": [_group(item, group, documents) for group in item.parts if group.rows],
    }


def _fate(item: Item, label: str, policy: Running, today: Today) -> dict[str, Any]:
    if item.fate is None:
        return {"day": None, "state": "off", "why": _text(Text("", "")), "promises": [], "kept_by": None}
    said = told(policy, item.kind, label, item.fate, today, worded=True)
    statute = item.fate.statute if item.fate.kept_through and item.fate.kept_through >= today.day else None
    return {
        "day": said.day.isoformat() if said.day and said.day != date.max else None,
        "state": said.state,
        "why": _text(said.text),
        "promises": list(said.promises),
        "kept_by": None
        if statute is None
        else {
            "statute": {"sv": statute.statute_sv, "en": statute.statute_en},
            "through": None if item.fate.kept_through == date.max else plain(item.fate.kept_through),
        },
    }


def _group(item: Item, group: Group, documents: list[Document]) -> dict[str, Any]:
    there = {document.key: document for document in _documents(item, group)}
    documents += there.values()
    rows = []
    for values in group.rows:
        row = _row(values)
        if str(values.key) in there:
            row["document"] = there[str(values.key)].path
        rows.append(row)
    return {"table": group.part.table.name, "title": _text(group.part.title), "rows": rows}


def _documents(item: Item, group: Group) -> Iterator[Document]:
    """The documents of a record, each with its place in the answer."""
    folder = f"{item.kind.name.replace('.', '-')}-{safe_name(str(item.key))}"
    for values in group.rows:
        if values.file is not None:
            path = f"documents/{folder}/{values.key}-{safe_name(values.values.get('name'))}"
            at = (item.kind.name, str(item.key), group.part.table.name, str(values.key))
            yield Document(path, *values.file, *at)


def _contact(values: Values, table: str) -> dict[str, Any]:
    return {"register": table.split("_", 1)[0], "values": _row(values)}


def _row(values: Values) -> dict[str, Any]:
    """The columns by name; somebody else's marked."""
    return {
        name: value if type(value) in AS_THEY_ARE else plain(value) for name, value in values.values.items()
    }


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments in ISO 8601, amounts as text (exact), bytes in hexadecimal."""
    if isinstance(value, Redacted):
        return MARK
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def safe_name(name: object) -> str:
    """A file name from whatever a document is called: letters, digits, point, dash; no path, no hidden file."""
    wanted = str(name) if isinstance(name, str) else ""
    kept = "".join(c if c.isalnum() or c in "._-" else "_" for c in wanted).lstrip("._-")[-100:]
    return kept or "document"


def _controller(policy: Policy) -> dict[str, Any]:
    who = policy.controller
    return {"name": who.name, "email": who.email, "phone": who.phone, "address": who.address,
            "authority": who.authority}  # fmt: skip


def _account(account: SignIn | None) -> dict[str, Any] | None:
    if account is None:
        return None
    from django.contrib.auth import get_user_model

    user = get_user_model()._default_manager.filter(pk=account.user)
    row = user.values("email", "name", "role", "joined_at", "last_login", "is_active").first()
    return {name: plain(value) for name, value in row.items()} if row else None


def _about(name: str, policy: Running) -> dict[str, Any]:
    """What the person is to know of a record kind: purposes and bases, recipients, the system (Article 15.1)."""
    kind, stated = foreign.kinds_of(policy)[name], policy.policy
    system = stated.system.get(stated.records().get(name, ""))
    recipients = [
        stated.recipient[ref] for ref in (system.recipients if system else ()) if ref in stated.recipient
    ]
    return {
        "noun": {"one": _text(kind.noun.one), "many": _text(kind.noun.many)},
        "system": _text(system.title) if system else None,
        "purposes": [
            {
                "text": _text(p.text),
                "basis": p.basis,
                "fields": list(p.fields) if p.fields is not None else None,
            }
            for p in stated.purpose.values()
            if name in p.records
        ],
        "recipients": [{"name": r.name, "does": _text(r.does) if r.does else None} for r in recipients],
        "columns": _titles(kind),
    }


def _titles(kind: RecordKind) -> dict[str, dict[str, dict[str, str]]]:
    """The words for each column, by table."""
    tables = (kind.table, *(part.table for part in kind.parts))
    if kind.name not in own_kinds():
        tables = (*tables, REASONS.table)
    return {table.name: {column.name: _text(column.title) for column in table.columns} for table in tables}


def _text(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def nothing_found() -> str:
    """What is said where no system knows the address."""
    return _("No system has anything under that address.")
