"""Documents as people send and fetch them: which kinds and sizes are taken, told before and in errors; and sending one
back, decrypted piece by piece.

What is sent is held in memory until it is encrypted: Django's own way would write a large file plain to the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from io import BytesIO
from itertools import chain
from typing import Any, Concatenate, ParamSpec, TypedDict

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from gallra.registers import documents
from gallra.registers.bases import Document

P = ParamSpec("P")
MEGABYTE = 2**20
LARGEST = 10 * MEGABYTE
"""Bytes of one document that a form takes."""
LONGEST_NAME = 150
KINDS: Mapping[str, str] = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "txt": "text/plain", "log": "text/plain", "csv": "text/csv", "xml": "application/xml",
    "json": "application/json", "si": "text/plain", "se": "text/plain", "eml": "message/rfc822",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
}  # fmt: skip
"""The kinds that are taken, by the end of the name; the type that a browser is told is ours, never the sender's."""
PLAIN = "application/octet-stream"


class InMemory(FileUploadHandler):
    """Takes the first file of a form into memory, as far as one may be large; what is beyond is counted, not kept."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._files = 0
        self._kept = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > 1:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= LARGEST:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self._files > 1:
            return None
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name or "", PLAIN, file_size, self.charset
        )


class Attaching(forms.Form):
    """The part of a form that takes a document with its description (S8)."""

    file = forms.FileField(label=gettext_lazy("Attach a document"), required=False, max_length=LONGEST_NAME)
    description = forms.CharField(
        label=gettext_lazy("What the document is"), required=False, max_length=500,
        help_text=gettext_lazy("Needed with a document, so that it is known without being opened."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = limits()
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in KINDS)

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The document is too large. %(limits)s") % {"limits": limits()})
        if file is not None and kind_of(file.name or "") not in KINDS:
            raise forms.ValidationError(
                _("Documents of this kind are not taken. %(limits)s") % {"limits": limits()}
            )
        return file

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("file") and not (found.get("description") or "").strip():
            self.add_error("description", _("Say what the document is."))
        return found


def limits() -> str:
    """What is taken, for people."""
    kinds = ", ".join(kind for kind in KINDS if kind != "jpeg")
    return _("At most %(size)d MB, of one of these kinds: %(kinds)s.") % {
        "size": LARGEST // MEGABYTE,
        "kinds": kinds,
    }


def kind_of(name: str) -> str:
    """The end of a file's name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


class Given(TypedDict):
    """Name and type of a document, as verbs take them."""

    name: str
    media_type: str


def given(file: UploadedFile[bytes]) -> Given:
    """Of a document that was sent."""
    name = "".join(letter for letter in file.name or "" if letter.isprintable())
    return {"name": name, "media_type": KINDS.get(kind_of(name), PLAIN)}


def takes_a_file(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The view of a form with a document. Who asks is looked at before any of it is read: put this below."""
    protected = csrf_protect(view)

    @wraps(view)
    def taken(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.upload_handlers = [InMemory(request)]
        return protected(request, *args, **kwargs)

    return csrf_exempt(taken)


def sent(document: Document) -> StreamingHttpResponse:
    """The document as a download: decrypted as it goes, never shown in the browser. Raises the registers'
    Refused("unreadable")."""
    pieces: Iterator[bytes] = documents.read(document)
    first = next(pieces, b"")
    kind = document.media_type if document.media_type in KINDS.values() else PLAIN
    response = StreamingHttpResponse(chain([first], pieces), content_type=kind or PLAIN)
    response.headers["Content-Length"] = str(document.size)
    response.headers["Content-Disposition"] = str(
        content_disposition_header(True, document.name or "document")
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
