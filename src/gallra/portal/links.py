"""The pages behind the links of our mails: a GET shows a page with a button and changes nothing, so that a mail scanner
may open it; the button is a POST (S21). A link that does not work is answered with the same status as one that does,
and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gallra.portal import limits
from gallra.portal.offered import TITLES
from gallra.portal.pages import public, show, to, too_often
from gallra.registers.errors import Refused as RegisterRefused
from gallra.rights import fetching, requests
from gallra.rights import links as rights_links
from gallra.rights.errors import Refused
from gallra.rights.models import Request
from gallra.rights.words import Right

PAGE = ["GET", "HEAD", "POST"]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Confirming(Generic[T]):
    """A link whose page has one button. look: what it is for, changing nothing; press: what the button does; both are
    given the token and the time, and raise Refused. done: the view's name of the page after that. page, context: what
    is shown of it; no_link, instead: what is shown where it does not work."""

    look: Callable[..., T]
    press: Callable[..., object]
    done: str
    page: str
    context: Callable[[HttpRequest, T], Mapping[str, object]]
    no_link: str
    instead: Callable[[], Mapping[str, object]] = dict


def confirming(link: Confirming[T]) -> Callable[..., HttpResponseBase]:
    """The view of such a link."""

    @require_http_methods(PAGE)
    @public
    @sensitive_variables("token")
    def view(request: HttpRequest, token: str) -> HttpResponseBase:
        now = timezone.now()
        try:
            if request.method == "POST":
                link.press(token, now=now)
                return to(request, link.done)
            found = link.look(token, now=now)
        except (Refused, RegisterRefused) as refused:
            return show(request, link.no_link, {**link.instead(), "refused": refused})
        return show(request, link.page, link.context(request, found))

    return view


@require_safe
@public
def confirmed(request: HttpRequest) -> HttpResponseBase:
    """What happens after that."""
    return show(request, "portal/rights/confirmed.html")


@require_http_methods(PAGE)
@public
@sensitive_variables("token", "code")
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the mail with the answer: a fresh code is mailed, and opens it."""
    now, wrong = timezone.now(), None
    try:
        found = fetching.look(token, now=now)
        if request.method == "POST" and "code" in request.POST:
            if not limits.CODE.spend(limits.source(request)):
                return too_often(request)
            try:
                return download(fetching.fetch(token, request.POST["code"], now=now))
            except Refused as refused:
                wrong = _only("code_wrong", refused)
        elif request.method == "POST":
            if not limits.ANSWER.spend(token):
                return too_often(request)
            try:
                fetching.send_code(token, now=now)
                return to(request, "answer", token)
            except Refused as refused:
                wrong = _only("code_just_sent", refused)
    except (Refused, RegisterRefused) as refused:
        return show(request, "portal/rights/no_link.html", {"refused": refused})
    waits = found.code is not None and found.code_at is not None and now - found.code_at < fetching.LIVES
    context = {
        "token": token,
        "found": found.request,
        "until": found.expires_at,
        "waits": waits,
        "wrong": wrong,
    }
    return show(request, "portal/rights/answer.html", {**context, **_told(found.request)})


@require_POST
@public
@sensitive_variables("token")
def receipt(request: HttpRequest, token: str) -> HttpResponseBase:
    """The receipt of an answer, as a file that anyone can check without us (docs/ledger.md)."""
    now = timezone.now()
    if not limits.SOURCE.spend(limits.source(request)):
        return too_often(request)
    try:
        number, proof = fetching.receipt(token, now=now)
    except Refused as refused:
        return show(request, "portal/rights/no_link.html", {"refused": refused})
    response = HttpResponse(proof, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="gallra-{number}-receipt.json"'
    return response


def download(fetched: fetching.Fetched) -> StreamingHttpResponse:
    """The zip, decrypted as it is sent. Its first piece is read here, so that what cannot be read is told on a page.
    Raises the registers' Refused("unreadable")."""
    first = next(fetched.pieces, b"")
    response = StreamingHttpResponse(chain([first], fetched.pieces), content_type="application/zip")
    response.headers["Content-Length"] = str(fetched.size)
    response.headers["Content-Disposition"] = f'attachment; filename="gallra-{fetched.request}.zip"'
    return response


def _told(found: Request) -> dict[str, object]:
    """What the request is called."""
    return {"title": TITLES.get(Right(found.right), ""), "erases": found.right == Right.ERASURE}


def _only(code: str, refused: Refused) -> Refused:
    """That refusal, to be told at its field; any other goes on."""
    if refused.code != code:
        raise refused
    return refused


confirm = confirming(
    Confirming(
        look=lambda token, *, now: rights_links.look(token, rights_links.CONFIRM, now=now),
        press=requests.confirm,
        done="confirmed",
        page="portal/rights/confirm.html",
        context=lambda request, found: {"found": found, **_told(found)},
        no_link="portal/rights/no_link.html",
    )
)
"""The link of the mail that confirms a request: the button says that the address is the reader's."""
