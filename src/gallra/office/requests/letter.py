"""The letter of an answer, for staff who post it or read it to somebody; each time it is taken out is recorded."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gallra.office.access import by, privacy_only
from gallra.office.requests.page import show
from gallra.registers.errors import Refused
from gallra.rights import book
from gallra.rights.answer.leading import letter_of
from gallra.rights.errors import Refused as RightsRefused
from gallra.rights.models import Answer


@require_POST
@privacy_only
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """The letter as a PDF, recorded first; 404 where there is no answer (any more), 409 where its file is broken."""
    now = timezone.now()
    try:
        with transaction.atomic():
            found = book.locked(number, closed=True)
            answer = Answer.objects.filter(request=found, expires_at__gt=now).first()
            if answer is None:
                raise Http404
            content = letter_of(answer)
            book.entered(found, "fetched", now=now, by=by(request), file=answer.digest)
    except RightsRefused:
        raise Http404 from None
    except Refused as refused:
        return show(request, number, trouble=str(refused), status=409)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="request-{number}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
