"""When something is wrong: what happened, what was not touched, what to do next, in both languages and in the look."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client

from gallra.site.logs import ByRoute, Formatter
from gallra.site.models import User

SAID = {
    400: ("Det gick inte att läsa", "That could not be read"),
    403: ("Det här får du inte se", "This is not open to you"),
    404: ("Sidan finns inte", "There is no such page"),
    500: ("Något gick fel hos oss", "Something went wrong here"),
}


def fails_with(status: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    client = Client(raise_request_exception=False, headers={"Accept-Language": lang})
    client.force_login(
        User.objects.create_user(email="bo@company.example", role="" if status == 403 else "privacy")
    )

    def broken(*_: object) -> None:
        raise SuspiciousOperation("odd") if status == 400 else RuntimeError("Bo Lind is in this text")

    if status in (400, 500):
        monkeypatch.setattr("gallra.office.views.standing", broken)
    answer: HttpResponse = client.get("/office/nowhere" if status == 404 else "/office/")  # type: ignore[assignment]
    return answer


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("status", SAID)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_an_error_is_told_in_words(status: int, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = fails_with(status, lang, monkeypatch)
    html = answer.content.decode()
    assert answer.status_code == status
    assert SAID[status][lang == "en"] in html
    assert f'<html lang="{lang}">' in html
    assert "gallra/look" in html
    assert ("Inget har ändrats" if lang == "sv" else "Nothing was changed") in html or status == 500
    assert "Lind" not in html


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("lang", "words"), [("sv", "Sidan hade varit öppen för länge"), ("en", "open too long")]
)
def test_a_form_that_grew_old_is_told_so(lang: str, words: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": lang})
    answer = client.post("/account/login/code/", {"email": "bo@company.example"})
    assert answer.status_code == 403
    assert words in answer.content.decode()


@pytest.mark.usefixtures("db")
def test_no_line_of_a_log_has_the_address_that_was_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    """In it may stand a token, or whatever somebody typed."""
    for path in ("/no/bo@company.example", "/rights/confirm/bo@company.example"):
        assert Client().get(path).status_code >= 400
    assert all(ByRoute().filter(record) for record in caplog.records)
    lines = [Formatter().format(record) for record in caplog.records if record.name == "django.request"]
    assert [line.rsplit(": ", 1)[1] for line in lines] == ["(no such page)", "/rights/confirm/<str:token>"]
    handlers: dict[str, Any] = settings.LOGGING["handlers"]  # type: ignore[assignment]
    assert handlers["console"]["filters"] == ["by route"]
