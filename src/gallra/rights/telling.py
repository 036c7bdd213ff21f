"""What the letter of a request tells besides the data: what was decided and done, by whom, what stays and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.utils import translation

from gallra.engine.person.correct import Change
from gallra.engine.person.erase import Line, State
from gallra.kinds import Kinds, Text
from gallra.ledger.models import Entry
from gallra.policy.own import own_periods
from gallra.policy.rules import Obligation
from gallra.rights import book, disclosures, mentions, objecting, opened, restriction
from gallra.rights.answer import facts as said
from gallra.rights.enclosed import Out
from gallra.rights.models import Mention, Notice, Request
from gallra.rights.words import COPIES, ERASES, MentionVerdict, Right, Verdict
from gallra.running import foreign
from gallra.running.extracts import CORRESPONDENCE
from gallra.running.installed import Running, own_kinds, running
from gallra.site.models import Role

COMMITTED = ("erasure.receipt", "correction", "request")
"""Actions whose commitment to the person is made with the request's salt."""


def facts_of(
    request: Request, policy: Running, *, today: date, left: int = 0, nothing: bool | None = None,
    out: Iterable[Out] = (),
) -> said.Facts:  # fmt: skip
    """What the letter tells. today: its day; left: rows that were still found; nothing: whether the copy that was asked
    for is empty, None where none was; out: the person's documents that are not in it."""
    erased = request.right == Right.ERASURE
    gone, kept = _done(request, policy)
    unknown = nothing if nothing is not None else erased and _unknown(request)
    until = own_periods(policy.policy)["gallra.request"].keep.period.after(today)
    if unknown:
        gone, kept = (), ()
    elif erased:
        proof = Text("den här begäran och vad den ledde till", "this request and what came of it")
        kept = (*kept, said.Kept(proof, 1, "proof", until=until))
    return said.Facts(
        request=request.pk, received=book.today(request.received_at), decided_by=_role(request),
        name=request.name, address=request.address, gone=gone, kept=kept, left=left,
        nothing=unknown, proof_until=until,
        account=erased and bool(request.result.get("account")), suppressed=request.stop_mailings,
        tell_when_complete=request.wants_told, corrected=_corrected(request, policy),
        mentions=_mentioned(request), receipts=tuple(_receipts(request)),
        **_copied(request, policy, out), **_registered(request), **_objected(request, policy),
    )  # fmt: skip


def _done(request: Request, policy: Running) -> tuple[tuple[said.Gone, ...], tuple[said.Kept, ...]]:
    """What went and what stays, by the lines of what was carried out and what staff decided."""
    kinds = foreign.kinds_of(policy)
    lines = [_line(each, policy.rules.obligations) for each in request.result.get("lines", ())]
    gone, kept = said.of_erasure(lines, kinds, contacts=request.result.get("contacts", 0))
    return gone, (*kept, *_decided(request, kinds)) if request.right in ERASES else kept


def _unknown(request: Request) -> bool:
    """Whether an erasure found nobody: mail about what somebody asked makes nobody known."""
    found = any(line[1] not in CORRESPONDENCE for line in request.result.get("lines", ()))
    known = any(request.result.get(name) for name in ("contacts", "account", "other mail"))
    return not (found or known)


def _decided(request: Request, kinds: Kinds) -> Iterable[said.Kept]:
    """What stays because staff decided so."""
    why: said.Why = "compelling" if request.right == Right.OBJECTION else "decided"
    for row in request.decisions.filter(verdict=Verdict.STAY).order_by("pk"):
        yield said.Kept(said.called(row.kind, row.table, kinds), row.count, why, reason=row.reason)


def _copied(request: Request, policy: Running, out: Iterable[Out]) -> dict[str, Any]:
    """What a copy lacks, to whom data went, and who has opened it."""
    if request.right not in COPIES:
        return {}
    kinds = foreign.kinds_of(policy)
    rows = request.decisions.filter(verdict=Verdict.STAY).order_by("pk")
    less = tuple(
        said.Withheld(said.called(row.kind, row.table, kinds), row.count, row.reason) for row in rows
    )
    papers = tuple(
        said.Withheld(Text(f"dokumentet {each.name}", f"the document {each.name}"), 1, each.reason)
        for each in out
    )
    with translation.override(request.language):
        given = tuple(
            said.Disclosed(
                disclosures.name_of(each), each.on, each.extent, str(disclosures.Ground(each.ground).label)
            )
            for each in disclosures.of(request.address)
        )
    seen = tuple(said.Opened(_role_text(each.role), each.on) for each in opened.of(request.address))
    return {"withheld": (*less, *papers), "disclosed": given, "opened": seen}


def _registered(request: Request) -> dict[str, Any]:
    """Whom we told (Article 19), and since when the data is restricted, until when."""
    if request.right in COPIES:
        return {}
    told = [
        said.Told(
            each.name,
            book.today(each.told_at) if each.told_at else None,
            each.state == Notice.State.IMPOSSIBLE,
        )
        for each in request.notices.order_by("name")
    ]
    found = restriction.of(request.address)
    mine = found is not None and found.request == request.pk
    return {
        "told": tuple(told),
        "since": book.today(found.since) if found else None,
        "effective": found.ends_on if found and mine else None,
        "only_stored": tuple(kind[request.language] for kind in restriction.kinds_of(found))
        if found and mine
        else (),
    }


def _objected(request: Request, policy: Running) -> dict[str, Any]:
    """Which purposes an objection ended, and which go on."""
    if request.right != Right.OBJECTION:
        return {}
    return {
        "marketing": True,
        "purposes": objecting.ended(request, policy.policy),
        "remaining": objecting.remaining(request, policy.policy),
    }


def _corrected(request: Request, policy: Running) -> tuple[said.Corrected, ...]:
    named = policy.policy.records()
    # Several kinds share a table of contacts: what the policy calls its system stands on one that it names.
    first = sorted(own_kinds().values(), key=lambda kind: kind.name in named)
    contacts = {k.contacts.table.name: k for k in first if k.contacts}
    titles = {name: _title(policy, kind.name, kind.system) for name, kind in contacts.items()}
    tables = [kind.contacts.table for kind in contacts.values() if kind.contacts]
    changes = [Change(*each) for each in request.result.get("changes", ())]
    return said.of_correction(changes, tables, titles)


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
    rows = list(chosen)
    kinds = foreign.kinds_of(running()) if rows else {}
    return tuple(said.Mentioned(_where(mention, kinds), mention.text) for mention in rows)


def _where(mention: Mention, kinds: Kinds) -> Text:
    """A text of somebody else's record, in words."""
    kind = kinds.get(mention.kind)
    if kind is None:
        return Text(mention.kind, mention.kind)
    if mentions.is_document(mention):
        return Text(f"dokument i {kind.noun.one.sv}", f"document in {kind.noun.one.en}")
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
