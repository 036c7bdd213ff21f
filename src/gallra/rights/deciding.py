"""Deciding a request: what becomes of each kind that was found, of likenesses and mentions; then yes or no.

Each verb is one transaction; what is decided is entered in the ledger, in numbers, with the yes. What a statute or a
hold keeps cannot be decided away; what would be erased can be left, with a reason (Article 17(3)).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from gallra.rights import enclosed, jobs, mentions, merging, objecting, restriction, twins
from gallra.rights.book import entered, locked, post, reason_of, text_of
from gallra.rights.complaining import complaint
from gallra.rights.errors import Refused
from gallra.rights.models import Decision, Mention, Request, Twin
from gallra.rights.words import COPIES, EnclosedVerdict, MentionVerdict, Right, State, TwinVerdict, Verdict
from gallra.running import extracts
from gallra.running.installed import running, settled

FREE = (Verdict.GIVE, Verdict.ERASE, Verdict.BLANK)
"""What is proposed and may be left instead."""


def decide(request: int, line: int, *, verdict: str, reason: str, by: str, now: datetime) -> Decision:
    """Decide on one line otherwise than proposed (it stays, or is not given out, with a reason that the answer says),
    or as proposed again. Refused("unknown", "closed", "not_looked_up", "decided", "no_such_line", "obliged",
    "absolute", "not_a_verdict", "reason_needed", "too_long")."""
    with transaction.atomic():
        found = _to_be_decided(request)
        row = found.decisions.filter(pk=line).first()
        if row is None:
            raise Refused("no_such_line")
        if verdict not in (row.proposed, Verdict.STAY):
            raise Refused("not_a_verdict")
        if row.proposed not in FREE:
            raise Refused("obliged")
        if (
            verdict == Verdict.STAY
            and found.right == Right.OBJECTION
            and objecting.absolute(row.kind, running().policy)
        ):
            raise Refused("absolute")
        row.reason = reason_of(reason) if verdict == Verdict.STAY else text_of(reason)
        row.verdict, row.by = verdict, by
        row.save(update_fields=["verdict", "reason", "by"])
    return row


def decide_mention(
    request: int, mention: int, *, verdict: str, reason: str, by: str, now: datetime, text: str = ""
) -> Mention:
    """What becomes of a mention in somebody else's text or document, with a reason. To include it in a copy, the text
    as it is to be included, others' data redacted, or the whole document. Refused as `decide`, and "text_needed"."""
    why = reason_of(reason)
    with transaction.atomic():
        found = _to_be_decided(request)
        row = found.mentions.filter(pk=mention).first()
        if row is None:
            raise Refused("no_such_line")
        if verdict not in mentions.verdicts(found.right, row):
            raise Refused("obliged" if mentions.is_kept(row) else "not_a_verdict")
        row.text = text_of(text) if verdict == MentionVerdict.INCLUDE else ""
        if verdict == MentionVerdict.INCLUDE and not row.text:
            raise Refused("text_needed")
        row.verdict, row.reason, row.by = verdict, why, by
        row.save(update_fields=["verdict", "reason", "by", "text"])
    return row


def decide_twin(request: int, twin: int, *, verdict: str, reason: str, by: str, now: datetime) -> Twin:
    """Whether a contact under another address is the same person: then the request covers it too. Refused as
    `decide`."""
    why = reason_of(reason)
    with transaction.atomic():
        found = _to_be_decided(request)
        row = found.twins.filter(pk=twin).first()
        if row is None:
            raise Refused("no_such_line")
        if verdict not in (TwinVerdict.SAME, TwinVerdict.OTHER):
            raise Refused("not_a_verdict")
        row.verdict, row.reason, row.by = verdict, why, by
        row.save(update_fields=["verdict", "reason", "by"])
        address = twins.address_of(row) if verdict == TwinVerdict.SAME else None
        if address and restriction.pending(found):
            restriction.while_examined(found, now=now, address=address)
        if address and found.right in COPIES:
            enclosed.add(found, enclosed.found(extracts.looked(address, now=now)))
    return row


def decide_wishes(request: int, wishes: Mapping[str, str], *, by: str, now: datetime) -> Request:
    """Which fields are corrected to what, where the person said it in their own words. Refused("unknown", "closed",
    "decided", "not_a_verdict", "wishes_needed", "too_long")."""
    with transaction.atomic():
        found = _to_be_decided(request)
        if found.right != Right.RECTIFICATION:
            raise Refused("not_a_verdict")
        said = {word.strip().lower(): text_of(value) for word, value in wishes.items() if word.strip()}
        if not said:
            raise Refused("wishes_needed")
        found.wishes = said
        found.result = {name: value for name, value in found.result.items() if name != "put back"}
        found.save(update_fields=["wishes", "result"])
        merging.note(found)
        entered(found, "wishes set", now=now, by=by)
    return found


def undecided(request: Request) -> int:
    """Likenesses, mentions, documents and lines of an objection that nobody has decided on."""
    return (
        objecting.undecided(request)
        + request.twins.filter(verdict=TwinVerdict.UNDECIDED).count()
        + request.mentions.filter(verdict=MentionVerdict.UNDECIDED).count()
        + request.enclosed.filter(verdict=EnclosedVerdict.UNDECIDED).count()
    )


@settled()
def approve(request: int, *, by: str, now: datetime) -> Request:
    """Yes: it is carried out as shown, by a job. Refused("unknown", "closed", "not_identified", "not_looked_up",
    "undecided", "somebody_elses", "decided", "wishes_needed")."""
    with transaction.atomic():
        found = _to_be_decided(request)
        if undecided(found):
            raise Refused("undecided")
        if merging.refused(found):
            raise Refused("somebody_elses")
        approved(found, by=by, now=now)
    return found


def approved(request: Request, *, by: str, now: datetime) -> None:
    """The same for a request that the caller has locked and asked about; `by` empty where the policy lets clear cases
    go by themselves."""
    if request.right == Right.RECTIFICATION and not request.wishes:
        raise Refused("wishes_needed")
    request.state, request.approved_at, request.approved_by = State.WORKING, now, by
    request.automatic = not by
    request.save(update_fields=["state", "approved_at", "approved_by", "automatic"])
    counts = request.decisions.values("verdict").annotate(rows=Sum("count")).order_by("verdict")
    entered(
        request, "approved", now=now, by=by, automatic=not by,
        decisions={row["verdict"]: row["rows"] for row in counts},
    )  # fmt: skip
    jobs.start_carrying_out(request.pk)


def refuse(request: int, *, reasons: str, by: str, now: datetime) -> Request:
    """No, with reasons; the person is told where to complain and that a court can be asked (Article 12(4)).
    Refused("unknown", "closed", "decided", "reason_needed", "too_long")."""
    why = reason_of(reasons)
    with transaction.atomic():
        found = locked(request)
        if found.state == State.WORKING:
            raise Refused("decided")
        found.links.all().delete()
        found.state, found.closed_at, found.refusal = State.REFUSED, now, why
        found.save(update_fields=["state", "closed_at", "refusal"])
        entered(found, "refused", now=now, by=by, reason=why)
        _no_longer_examined(found, by, now)
        post(found, "refused", now=now, context={"reasons": why, **complaint(found.language)})
    return found


def _no_longer_examined(request: Request, by: str, now: datetime) -> None:
    if request.right == Right.OBJECTION:
        restriction.examined(request, by=by, now=now)


def _to_be_decided(request: int) -> Request:
    found = locked(request)
    if found.state == State.WORKING:
        raise Refused("decided")
    if found.state != State.DECIDING:
        raise Refused("not_identified")
    if found.looked_up_at is None:
        raise Refused("not_looked_up")
    return found
