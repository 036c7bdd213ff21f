"""The answer: a package made of what the request came to, encrypted at rest, its hash in the ledger, a link by mail.

The file is written first; row, entry, link, mail and the request's end commit together. A kill before that leaves a
file that no row names and nobody can read, and the job makes the answer again; after it nothing is left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import translation

from gallra.engine.person.correct import Change
from gallra.engine.person.erase import Line, State
from gallra.kinds import Text
from gallra.ledger.checkpoint import LedgerBroken, make_checkpoint
from gallra.ledger.models import Entry
from gallra.policy.own import own_periods
from gallra.policy.rules import Obligation
from gallra.rights import book, disclosures, links, opened, restriction
from gallra.rights.answer import facts as said
from gallra.rights.answer import package, storing
from gallra.rights.models import Answer, Mention, Request
from gallra.rights.words import COPIES, MentionVerdict, Right, TwinVerdict, Verdict
from gallra.rights.words import State as RequestState
from gallra.running import extracts, foreign
from gallra.running.extracts import Answered
from gallra.running.installed import Running, own_kinds, running
from gallra.site.models import Role

log = logging.getLogger(__name__)
COMMITTED = ("erasure.receipt", "correction", "request")
"""Actions whose commitment to the person is made with the request's salt."""


def answer(request: Request, *, now: datetime, left: int = 0) -> None:
    """Make and store the answer, close the request, and write to the person; once. A stop of mailings needs no file:
    the mail says it. left: rows that were still found."""
    if request.right == Right.STOP:
        _close(request, now=now, text="stopped", context={})
        return
    policy = running()
    answered = _copied(request, now) if request.right in COPIES else None
    nothing = answered.nothing if answered else None
    facts = facts_of(request, policy, today=book.today(now), left=left, nothing=nothing)
    try:
        make_checkpoint(now)
    except LedgerBroken:
        log.error("request %d: the ledger does not hold; the answer has no proof", request.pk)
    draft = storing.draft()
    built = package.build(
        answered, language=request.language, right=cast(said.Right, request.right), facts=facts, policy=policy,
        now=now, out=draft,
    )  # fmt: skip
    stored = draft.finish()
    with transaction.atomic():
        made = Answer.objects.create(
            request=request, file=stored.file, secret=stored.secret, size=stored.size, digest=built.digest,
            made_at=now, expires_at=now + links.VALID[links.ANSWER],
        )  # fmt: skip
        if answered is not None:
            extracts.record(
                answered, address=request.address, digest=built.digest, now=now,
                by=request.approved_by or "request", request=request.pk,
            )  # fmt: skip
        link = links.issue(request, links.ANSWER, now=now)
        context = {"link": link, "until": book.today(made.expires_at)}
        _close(request, now=now, text="answered", context=context, secrets=[link], digest=built.digest)


def facts_of(
    request: Request, policy: Running, *, today: date, left: int = 0, nothing: bool | None = None
) -> said.Facts:
    """What the letter tells besides the data: what was decided and done under the request. today: the letter's day."""
    kinds = foreign.kinds_of(policy)
    lines = [_line(each, policy.rules.obligations) for each in request.result.get("lines", ())]
    gone, kept = said.of_erasure(lines, kinds, contacts=request.result.get("contacts", 0))
    contacts = {k.contacts.table.name: k for k in own_kinds().values() if k.contacts}
    titles = {name: _title(policy, kind.name, kind.system) for name, kind in contacts.items()}
    changes = [Change(*each) for each in request.result.get("changes", ())]
    tables = [kind.contacts.table for kind in contacts.values() if kind.contacts]
    erased = request.right == Right.ERASURE
    known = nothing if nothing is not None else erased and not (gone or kept or request.result.get("account"))
    if erased and not known:
        kept = (*kept, *_decided(request, policy), _proof(policy, today))
    return said.Facts(
        request=request.pk, received=book.today(request.received_at), decided_by=_role(request),
        name=request.name, address=request.address, gone=gone, kept=kept, left=left,
        nothing=known,
        account=erased and bool(request.result.get("account")), suppressed=request.stop_mailings,
        tell_when_complete=request.wants_told, corrected=said.of_correction(changes, tables, titles),
        mentions=_mentioned(request), marketing=request.right == Right.OBJECTION,
        receipts=tuple(_receipts(request)), **_registered(request, copied=request.right in COPIES),
    )  # fmt: skip


def _registered(request: Request, *, copied: bool) -> dict[str, Any]:
    """What the registers beside requests say: whom we told, to whom we gave what, who opened it, since when it is
    restricted."""
    if not copied:
        told = [each for each in request.notices.order_by("name") if each.told_at is not None]
        found = restriction.of(request.address)
        return {
            "told": tuple(said.Told(each.name, book.today(each.told_at)) for each in told if each.told_at),
            "since": book.today(found.since) if found else None,
        }
    with translation.override(request.language):
        given = tuple(
            said.Disclosed(
                disclosures.name_of(each), each.on, each.extent, str(disclosures.Ground(each.ground).label)
            )
            for each in disclosures.of(request.address)
        )
    seen = tuple(said.Opened(_role_text(each.role), each.on) for each in opened.of(request.address))
    return {"disclosed": given, "opened": seen}


def _decided(request: Request, policy: Running) -> Iterable[said.Kept]:
    """What stays because staff decided so."""
    kinds = foreign.kinds_of(policy)
    for row in request.decisions.filter(verdict=Verdict.STAY).order_by("pk"):
        noun = kinds[row.kind].noun.many if row.kind in kinds else Text(row.kind, row.kind)
        yield said.Kept(noun, row.count, "decided")


def _proof(policy: Running, today: date) -> said.Kept:
    """The request itself, which an erasure does not take before its time."""
    until = own_periods(policy.policy)["gallra.request"].keep.period.after(today)
    return said.Kept(Text("den här begäran och vad den ledde till", "this request and what came of it"), 1, "proof",
                     until=until)  # fmt: skip


def _close(
    request: Request, *, now: datetime, text: str, context: Mapping[str, Any], secrets: Iterable[str] = (),
    digest: str = "",
) -> None:  # fmt: skip
    """The request's end, its entry and its mail, in one transaction."""
    with transaction.atomic():
        locked = book.locked(request.pk)
        locked.state, locked.closed_at = RequestState.ANSWERED, now
        locked.save(update_fields=["state", "closed_at"])
        told: dict[str, Any] = {"file": digest} if digest else {}
        book.entered(locked, "answered", now=now, by=locked.approved_by, automatic=locked.automatic, **told)
        book.post(locked, text, now=now, context=context, secrets=secrets)
    request.state, request.closed_at = locked.state, locked.closed_at


def _copied(request: Request, now: datetime) -> Answered:
    """The person's data, under the request's address and those that staff found to be the same person's."""
    from gallra.rights.carrying import twin_address

    whole = extracts.answer(request.address, now=now)
    for twin in request.twins.filter(verdict=TwinVerdict.SAME).order_by("pk"):
        address = twin_address(twin)
        if address and address != request.address:
            whole = _joined(whole, extracts.answer(address, now=now))
    return replace(whole, salt=bytes(request.salt))


def _joined(one: Answered, other: Answered) -> Answered:
    """Two addresses of one person as one answer; what both know is told once."""
    known = {(record["kind"], str(record["key"])) for record in one.data["records"] if record["yours"]}
    fresh = [r for r in other.data["records"] if (r["kind"], str(r["key"])) not in known]
    mine = {(r["kind"], str(r["key"])) for r in fresh if r["yours"]}
    kept = [r for r in one.data["records"] if (r["kind"], str(r["key"])) not in mine]
    companies = [
        *one.data["companies"],
        *(c for c in other.data["companies"] if c not in one.data["companies"]),
    ]
    data = {
        **one.data,
        "contacts": [*one.data["contacts"], *other.data["contacts"]],
        "companies": companies,
        "account": one.data["account"] or other.data["account"],
        "records": [*kept, *fresh],
        "kinds": {**one.data["kinds"], **other.data["kinds"]},
    }
    paths = {document.path for document in one.documents}
    documents = (*one.documents, *(d for d in other.documents if d.path not in paths))
    counts = {
        name: sum(record["kind"] == name for record in data["records"])
        for name in {record["kind"] for record in data["records"]}
    }
    return replace(one, data=data, documents=documents, counts=counts)


def _line(plain: list[Any], obligations: Iterable[Obligation]) -> Line:
    """What `carrying` kept of a line."""
    system, kind, table, state, count, until, statute, blanked = plain
    known = {obligation.id: obligation for obligation in obligations}
    return Line(
        system, kind, table, cast(State, state), count, date.fromisoformat(until) if until else None,
        known.get(statute) if statute else None, blanked,
    )  # fmt: skip


def _title(policy: Running, kind: str, system: str) -> Text:
    stated = policy.policy.system.get(policy.policy.records().get(kind, ""))
    return stated.title if stated else Text(system, system)


def _mentioned(request: Request) -> tuple[said.Mentioned, ...]:
    chosen = request.mentions.filter(verdict=MentionVerdict.INCLUDE).order_by("pk")
    return tuple(said.Mentioned(_where(mention), mention.text) for mention in chosen)


def _where(mention: Mention) -> Text:
    """A text of somebody else's record, in words."""
    kind = own_kinds().get(mention.kind)
    if kind is None:
        return Text(mention.kind, mention.kind)
    return Text(f"text i {kind.noun.one.sv}", f"text in {kind.noun.one.en}")


def _receipts(request: Request) -> Iterable[said.Receipt]:
    entry: Entry
    for entry in book.receipts(request.pk):
        salted = entry.action in COMMITTED and "system" not in entry.body
        yield said.Receipt(entry.number, bytes(request.salt) if salted else b"")


def _role(request: Request) -> Text | None:
    """The role of whoever said yes, never a name."""
    kind, _, number = request.approved_by.partition(" ")
    if kind != "user" or not number.isdigit():
        return None
    role = get_user_model()._default_manager.filter(pk=int(number)).values_list("role", flat=True).first()
    return _role_text(role) if role else None


def _role_text(role: str) -> Text:
    with translation.override("sv"):
        sv = str(Role(role).label)
    with translation.override("en"):
        return Text(sv, str(Role(role).label))
