"""What came with a mail that became a request, or answered one: as a download, decrypted; that somebody looked is
noted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from gallra.mail.models import Attachment
from gallra.office.access import privacy_only, role_of
from gallra.registers.errors import Refused
from gallra.rights import opened
from gallra.rights.models import Request
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
