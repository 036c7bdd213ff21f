"""What staff do with a request: every act, what it refuses, and what is decided with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from gallra.rights.models import Request
from tests.person.world import Seed
from tests.rights.world import BO, ask, events
from tests.web.office_requests import (
    QUEUE,
    WHY,
    by_phone,
    looked_up,
    paused,
    shown,
    with_mention,
)
from tests.web.office_requests import files as files
from tests.web.office_requests import policed as policed
from tests.web.office_requests import privacy as privacy

ACTS: list[tuple[str, Callable[[], Request], dict[str, str], str]] = [
    ("sort", lambda: ask("unsorted", channel="mail"), {"right": "access", "address": BO}, "sorted"),
    ("link", by_phone, {}, "link sent"),
    ("identify", by_phone, WHY, "identified"),
    ("identify", lambda: ask("access", channel="letter", address=""), {**WHY, "address": BO}, "identified"),
    ("ask", by_phone, WHY, "identity asked"),
    ("resume", paused, {}, "resumed"),
    ("extend", by_phone, WHY, "extended"),
    ("wishes", lambda: looked_up("rectification"), {"phone": "08-1", "emptied": "town"}, "wishes set"),
    ("refuse", by_phone, {"reasons": "Samma svar lämnades i förra veckan."}, "refused"),
    ("withdraw", by_phone, WHY, "withdrawn"),
]


@pytest.mark.promise("M24")
@pytest.mark.parametrize(("act", "begun", "form", "event"), ACTS)
def test_every_act_is_done_once_and_refused_after(
    privacy: Client, act: str, begun: Callable[[], Request], form: dict[str, str], event: str
) -> None:
    made = begun()
    page = privacy.get(f"{QUEUE}{made.pk}")
    assert f'action="/office/requests/{made.pk}/{act}"' in page.content.decode()
    assert page.content.decode().count('class="button"') == 1, "one primary button a page"
    if form:
        empty = privacy.post(f"{QUEUE}{made.pk}/{act}", {})
        assert empty.status_code in (400, 409)
    assert event not in events(made)
    done = privacy.post(f"{QUEUE}{made.pk}/{act}", form)
    assert (done.status_code, events(made)[-1]) == (302, event)
    following = privacy.get(done.headers["Location"].partition("#")[0])
    assert following.status_code == 200
    assert 'role="status"' in following.content.decode()
    if act not in ("link", "wishes"):
        twice = privacy.post(f"{QUEUE}{made.pk}/{act}", {**form, "address": BO})
        assert twice.status_code in (400, 409)
        assert events(made).count(event) == 1
        if twice.status_code == 409:
            assert "Nothing was changed" in shown(twice)


def test_what_was_written_is_kept_with_the_request(privacy: Client) -> None:
    made = looked_up("rectification")
    privacy.post(f"{QUEUE}{made.pk}/wishes", {"phone": "08-1", "emptied": ["town"]})
    made.refresh_from_db()
    assert made.wishes == {"phone": "08-1", "town": ""}
    long = privacy.post(f"{QUEUE}{made.pk}/refuse", {"reasons": "x" * 20_001})
    assert long.status_code == 400
    html = privacy.post(
        f"{QUEUE}{made.pk}/extend", {"reason": "<b>Två system</b>"}, follow=True
    ).content.decode()
    assert "&lt;b&gt;Två system&lt;/b&gt;" in html


@pytest.mark.promise("S20")
def test_likenesses_and_mentions_are_seen_and_decided_each_with_a_reason(privacy: Client) -> None:
    made = with_mention()
    page = f"{QUEUE}{made.pk}"
    html = privacy.get(page).content.decode()
    twin, (one, other) = made.twins.get(), made.mentions.order_by("pk")
    for words in ("bo.ek@annan.example", "The same name", "<mark>Bo Ek</mark> ringde.", "Leave the rest"):
        assert words in html
    assert "See what will happen" not in html
    assert privacy.get(f"{page}/preview").status_code == 302
    assert privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "same"}).status_code == 400
    assert privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "x", "reason": "y"}).status_code == 400
    assert privacy.post(f"{page}/twin/{one.pk + 999}", {"verdict": "same", "reason": "y"}).status_code == 404
    assert (
        privacy.post(f"{page}/twin/{twin.pk}", {"verdict": "other", "reason": "En kollega"}).status_code
        == 302
    )
    assert (
        privacy.post(f"{page}/mention/{one.pk}", {"verdict": "blank", "reason": "Hör inte dit"}).status_code
        == 302
    )
    assert privacy.post(f"{page}/rest", {"reason": "Hör till Cleos ärende"}).status_code == 302
    assert {row.verdict for row in made.mentions.all()} == {"blank", "leave"}
    assert made.mentions.get(pk=other.pk).reason == "Hör till Cleos ärende"
    assert "See what will happen" in privacy.get(page).content.decode()
    assert "In 1 text of somebody else" in shown(privacy.get(f"{page}/preview"))
    stranger = looked_up("erasure", address="ny@kund.example")  # another request's rows are not this one's
    assert (
        privacy.post(f"{QUEUE}{stranger.pk}/twin/{twin.pk}", {"verdict": "same", "reason": "y"}).status_code
        == 404
    )


def test_a_copy_includes_a_mention_as_it_was_redacted(privacy: Client) -> None:
    made = with_mention("access")
    one = made.mentions.order_by("pk").first()
    assert one
    page = f"{QUEUE}{made.pk}"
    assert ">Bo Ek ringde.</textarea>" in privacy.get(page).content.decode().replace("\n", "")
    answer = privacy.post(
        f"{page}/mention/{one.pk}", {"verdict": "include redacted", "reason": "rätt", "text": " "}
    )
    assert answer.status_code == 409
    assert "Give the text" in shown(answer)
    said = {"verdict": "include redacted", "reason": "Rör Bo", "text": "Bo Ek ringde."}
    assert privacy.post(f"{page}/mention/{one.pk}", said).status_code == 302
    assert made.mentions.get(pk=one.pk).text == "Bo Ek ringde."


def test_what_a_statute_keeps_has_no_form_and_cannot_be_decided_away(privacy: Client) -> None:
    Seed("Mark", BO, year_ends=datetime(2024, 12, 31, tzinfo=UTC).date()).everything()
    made = looked_up()
    html = privacy.get(f"{QUEUE}{made.pk}").content.decode()
    kept = made.decisions.filter(proposed="keep").first()
    free = made.decisions.filter(proposed="erase").first()
    assert kept
    assert free
    assert f"/decide/{kept.pk}" not in html
    assert f"/decide/{free.pk}" in html
    refused = privacy.post(f"{QUEUE}{made.pk}/decide/{kept.pk}", {"verdict": "stay", "reason": "x"})
    assert refused.status_code == 409
    assert "A statute or a hold keeps this" in shown(refused)
    assert privacy.post(f"{QUEUE}{made.pk}/decide/{free.pk}", {"verdict": "stay"}).status_code == 409
    assert (
        privacy.post(f"{QUEUE}{made.pk}/decide/{free.pk}", {"verdict": "stay", "reason": "Tvist"}).status_code
        == 302
    )
    assert "stays, by decision" in shown(privacy.get(f"{QUEUE}{made.pk}/preview"))
