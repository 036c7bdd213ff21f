"""The copy that a request is answered with: the person's data under every address that is theirs, without what staff
decided not to give out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gallra.engine.person.hiding import Hiding
from gallra.engine.person.withholding import Withheld
from gallra.rights import enclosed, mentions, named, twins
from gallra.rights.enclosed import Out
from gallra.rights.models import Request
from gallra.rights.words import TwinVerdict, Verdict
from gallra.running import extracts
from gallra.running.extracts import Answered


def withheld(request: Request) -> Withheld:
    """What staff decided not to give out: record kinds, each with a table."""
    return frozenset(request.decisions.filter(verdict=Verdict.STAY).values_list("kind", "table"))


def copied(request: Request, now: datetime) -> tuple[Answered, tuple[Out, ...]]:
    """The person's data, under the request's address and those that staff found to be the same person's; and which of
    their documents are left out."""
    without, shown = withheld(request), named.shown(request)
    whole, out = enclosed.without(
        request, extracts.answer(request.address, now=now, without=without, shown=shown)
    )
    for twin in request.twins.filter(verdict=TwinVerdict.SAME).order_by("pk"):
        address = twins.address_of(twin)
        if address and address != request.address:
            answered = extracts.answer(address, now=now, without=without, shown=shown)
            other, more = enclosed.without(request, answered)
            whole, out = _joined(whole, other), (*out, *(each for each in more if each not in out))
    documents = (*whole.documents, *mentions.documents_of(request))
    return replace(whole, salt=bytes(request.salt), documents=documents), out


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
    hiding = Hiding({**other.hiding.by, **one.hiding.by}, one.hiding.texts + other.hiding.texts)
    if hiding.texts:
        data["hidden"] = {"people": len(hiding.by), "texts": hiding.texts}
    paths = {document.path for document in one.documents}
    documents = (*one.documents, *(d for d in other.documents if d.path not in paths))
    counts = {
        name: sum(record["kind"] == name for record in data["records"])
        for name in {record["kind"] for record in data["records"]}
    }
    return replace(one, data=data, documents=documents, counts=counts, hiding=hiding)
