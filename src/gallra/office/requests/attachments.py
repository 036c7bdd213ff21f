"""Documents of a request: what came with a mail, the person's own, and others' that may mention them: as a download,
decrypted; that somebody looked is noted, for everybody whom the record concerns."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from gallra.engine.tables import key_type
from gallra.mail.models import Attachment
from gallra.office.access import privacy_only, role_of
from gallra.registers import documents
from gallra.registers.errors import Refused
from gallra.rights import opened
from gallra.rights.models import Request
from gallra.running import touching
from gallra.running.installed import own_kinds
from gallra.site.files import sent


@require_safe
@privacy_only
def attachment(request: HttpRequest, number: int, key: int) -> HttpResponseBase:
    """The document; 404 where the request has none of that number, 410 where it cannot be read any more."""
    from gallra.office.requests.page import show

    found = Request.objects.filter(pk=number).first()
    wanted = Attachment.objects.filter(pk=key, message__request=number).first()
    if found is None or wanted is None:
        raise Http404
    opened.note([found.address], role=role_of(request), now=timezone.now())
    try:
        return sent(wanted)
    except Refused as refused:
        return show(request, number, trouble=str(refused), status=410)


ROWS = ("enclosed", "mentions")
"""Sets of a request's rows that are about documents."""


@require_safe
@privacy_only
def document(request: HttpRequest, number: int, name: str, row: int) -> HttpResponseBase:
    """The document that a row of the request is about; 404 and 410 as `attachment`."""
    from gallra.office.requests.page import show

    found = Request.objects.filter(pk=number).first()
    about = getattr(found, name).filter(pk=row).first() if found is not None and name in ROWS else None
    kind = own_kinds().get(about.kind) if about is not None else None
    wanted = documents.stored(about.table, about.key) if about is not None and kind is not None else None
    if found is None or about is None or kind is None or wanted is None:
        raise Http404
    record = int(about.record) if key_type(kind.table) == "integer" else about.record
    people = {found.address, *touching.addresses(kind, record)} - {""}
    opened.note(sorted(people), role=role_of(request), now=timezone.now())
    try:
        return sent(wanted)
    except Refused as refused:
        return show(request, number, trouble=str(refused), status=410)
