"""Looking a person up for a request: what there is of them, what would become of it, and whether the case is clear.

Nothing is changed but the request itself. A clear case goes on by itself where the policy lets it
(`[rights] automatic`); any other waits for staff, with the reasons why it is not clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from gallra.engine.person.erase import Line
from gallra.mail.models import Incoming, Outgoing
from gallra.registers.crm.models import Case as CrmCase
from gallra.registers.support.models import Case as SupportCase
from gallra.rights import deciding, enclosed, merging, named, objecting, restriction
from gallra.rights.book import entered
from gallra.rights.models import Decision, Mention, Request, Twin
from gallra.rights.words import COPIES, Identity, Right, State, Verdict
from gallra.running import erasures, extracts, persons
from gallra.running.erasures import Planned
from gallra.running.extracts import CODE
from gallra.running.installed import running, settled
from gallra.running.persons import Everything

VERDICTS: Mapping[str, Verdict] = {
    "erase": Verdict.ERASE, "part": Verdict.BLANK, "kept": Verdict.KEEP, "held": Verdict.HOLD,
    "needed": Verdict.NEEDED, "later": Verdict.LATER,
}  # fmt: skip
"""What the engine's plan says of a line, as a decision. A part that goes whole is erased."""
READS_OTHERS = (*COPIES, Right.ERASURE)
"""Rights for which other people's free text is searched for the person."""
CASES = {"support_case": SupportCase, "crm_case": CrmCase}


@settled()
def look_up(number: int, *, now: datetime) -> Request | None:
    """Look up whom a request is about, once; None where it is gone, closed or was looked up. Raises NoPolicy."""
    request = Request.objects.filter(pk=number).first()
    if request is None or not _waits(request):
        return None
    found = persons.find(
        request.address, now=now, also_mentions=request.right in READS_OTHERS, name=request.name
    )
    looked = extracts.looked(request.address, now=now) if request.right in COPIES else None
    papers = enclosed.found(looked) if looked else []
    planned = None
    if request.right == Right.ERASURE:
        planned = erasures.plan_erasure(request.address, now=now, asked_at=request.received_at)
    elif request.right == Right.OBJECTION:
        planned = objecting.plan(request, found, now=now)
    with transaction.atomic():
        locked = Request.objects.select_for_update().filter(pk=number).first()
        if locked is None or not _waits(locked):
            return None
        if looked is not None:
            named.propose(locked, looked.named)
            enclosed.add(locked, papers)
        _write(locked, found, planned, now)
        merging.note(locked)
        if objecting.needs_examining(locked):
            restriction.while_examined(locked, now=now)
        if not locked.result["not clear"] and locked.right in _automatic():
            deciding.approved(locked, by="", now=now)
    return locked


def not_clear(request: Request, found: Everything, planned: Planned | None) -> list[str]:
    """Why staff must look at it; nothing where the case is clear (design.md section 9)."""
    why = {
        "identity": request.identity not in (Identity.LINK, Identity.ACCOUNT),
        "unreachable": bool(found.unreachable),
        "several": len({name.casefold() for each in found.systems.values() for name in each.names}) > 1,
        "twin": bool(found.twins),
        "mention": bool(found.mentions) or found.more_mentions,
        "unread": bool(found.unread.near),
        "document": request.right in COPIES and request.enclosed.exists(),
    }
    if planned is not None:
        states = {line.state for plan in planned.systems.values() for line in plan.lines}
        why |= {
            "open case": _open_case(found),
            "agreement": any(
                line.state == "kept" and line.kind == "finance.agreement" and line.until is None
                for plan in planned.systems.values()
                for line in plan.lines
            ),
            "hold": "held" in states,
            "statute": "kept" in states,
            "staff": planned.sign_in is not None and planned.sign_in.staff,
        }
    return [name for name, so in why.items() if so]


def _waits(request: Request) -> bool:
    return request.state == State.DECIDING and request.looked_up_at is None


def _automatic() -> tuple[str, ...]:
    stated = running().policy.rights
    return stated.automatic if stated else ()


def _write(request: Request, found: Everything, planned: Planned | None, now: datetime) -> None:
    rows = list(_lines(planned) if planned is not None else _copies(found))
    if request.right == Right.OBJECTION:
        open_ = objecting.unstated(objecting.rows_of(found), running().policy)
        for row in rows:
            if row["kind"] in open_ and row["verdict"] in deciding.FREE:
                row["verdict"] = Verdict.STAY  # silence never erases
    Decision.objects.bulk_create(Decision(request=request, **row) for row in rows)
    Twin.objects.bulk_create(
        Twin(request=request, table=twin.table, key=str(twin.key), alike=list(twin.by))
        for twin in found.twins
    )
    _mention(request, found)
    counts = {name: sum(each.values()) for name, each in found.counts().items() if each}
    request.result = {
        **request.result,
        "found": found.counts(),
        **({"stands": objecting.rows_of(found)} if request.right == Right.OBJECTION else {}),
        "account": found.sign_in is not None,
        "other mail": _other_mail(request.address),
        "unreachable": sorted(found.unreachable),
        **({"more mentions": True} if found.more_mentions else {}),
        **({"more unread": True} if found.unread.more else {}),
        **({"unread documents": found.unread.total} if found.unread.total else {}),
        **({"unsearched": list(found.unsearched)} if found.unsearched else {}),
        "not clear": not_clear(request, found, planned),
    }
    request.looked_up_at = now
    request.save(update_fields=["result", "looked_up_at"])
    entered(request, "looked up", now=now, found=counts)


def _mention(request: Request, found: Everything) -> int:
    """Write down where others' texts mention the person, each once; how many are new."""
    known = set(request.mentions.values_list("table", "key", "column"))
    fresh = [
        Mention(
            request=request, kind=each.kind, record=str(each.record), table=each.table, key=str(each.key),
            column=each.column, unread=each in found.unread.near,
        )
        for each in (*(found.mentions or ()), *found.unread.near)
        if (each.table, str(each.key), each.column) not in known
    ]  # fmt: skip
    Mention.objects.bulk_create(fresh)
    return len(fresh)


def search_again(*, now: datetime) -> int:
    """Search the systems that did not answer when a request was looked up, while it is to be decided; requests for
    which none is left. For the hourly look. Raises NoPolicy."""
    done = 0
    waiting = Request.objects.filter(state=State.DECIDING, result__has_key="unsearched").order_by("pk")
    for number in list(waiting.values_list("pk", flat=True)):
        request = Request.objects.get(pk=number)
        found = persons.find(request.address, now=now, also_mentions=True, name=request.name)
        with transaction.atomic():
            locked = Request.objects.select_for_update().get(pk=number)
            if locked.state != State.DECIDING or "unsearched" not in locked.result:
                continue
            left = [name for name in locked.result["unsearched"] if name in found.unsearched]
            if _mention(locked, found) and "mention" not in locked.result["not clear"]:
                locked.result["not clear"].append("mention")
            kept = {name: value for name, value in locked.result.items() if name != "unsearched"}
            locked.result = {**kept, "unsearched": left} if left else kept
            locked.save(update_fields=["result"])
            done += not left
    return done


def _lines(planned: Planned) -> Iterable[dict[str, Any]]:
    """The plan of an erasure, line by line."""
    for system, plan in planned.systems.items():
        for line in plan.lines:
            if line.state == "other":
                continue
            verdict = verdict_of(line)
            yield {
                "system": system, "kind": line.kind, "table": line.table, "proposed": verdict, "verdict": verdict,
                "count": line.count, "until": line.until, "statute": line.statute.id if line.statute else "",
            }  # fmt: skip


def verdict_of(line: Line) -> Verdict:
    if line.state == "part" and not line.blanked:
        return Verdict.ERASE
    return VERDICTS[line.state]


def _copies(found: Everything) -> Iterable[dict[str, Any]]:
    """What is there, by kind: all of it is given out."""
    for system, each in found.systems.items():
        counts: dict[tuple[str, str], int] = {}
        for hit in each.hits:
            counts[hit.kind.name, hit.table] = counts.get((hit.kind.name, hit.table), 0) + 1
        for (kind, table), count in counts.items():
            yield {
                "system": system, "kind": kind, "table": table, "proposed": Verdict.GIVE,
                "verdict": Verdict.GIVE, "count": count,
            }  # fmt: skip


def _other_mail(address: str) -> bool:
    """Whether there is mail to or from the address that is not about a request, nor with a one-time code."""
    sent = Outgoing.objects.filter(address=address, request=None).exclude(text__endswith=CODE)
    return sent.exists() or Incoming.objects.filter(address=address, request=None).exists()


def _open_case(found: Everything) -> bool:
    """Whether a case of the person's own has not been closed."""
    keys: dict[str, list[Any]] = {}
    for each in found.systems.values():
        for hit in each.hits:
            if hit.owner and hit.table in CASES:
                keys.setdefault(hit.table, []).append(hit.key)
    return any(
        CASES[table]._default_manager.filter(pk__in=found_keys, closed_at=None).exists()
        for table, found_keys in keys.items()
    )
