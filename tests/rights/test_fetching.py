"""An answer is fetched by its link and a fresh code; either alone opens nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

import pytest

from gallra.mail.models import Outgoing
from gallra.rights import fetching, links
from gallra.rights.models import Answer, Request
from tests.rights.test_requests import refused
from tests.rights.world import BO, CLEO, DAY, NOW, confirmed, events, mails, package, policy, token, work

pytestmark = pytest.mark.usefixtures("fresh_database", "files")
MINUTE = timedelta(minutes=1)


def _code(made: Request) -> str:
    mail = Outgoing.objects.filter(request=made.pk, text="rights/code").order_by("-pk").first()
    assert mail is not None
    found = re.search(r"\b(\d{8})\b", mail.plain)
    assert found is not None
    return found[1]


@pytest.mark.promise("S15", "M23")
def test_link_and_code_together_open_the_answer_and_neither_does_alone() -> None:
    policy("access")
    made, other = confirmed("access"), confirmed("access", address=CLEO)
    work(now=NOW)
    link = token(made)
    for wrong in ("", "12345678", "x" * 1000):
        refused("code_wrong", partial(_fetch, link, wrong))
    fetching.send_code(link, now=NOW)
    refused("code_just_sent", partial(fetching.send_code, link, now=NOW + 0.5 * MINUTE))
    code = _code(made)
    assert fetching.look(link, now=NOW).request_id == made.pk
    refused("code_wrong", partial(_fetch, token(other), code))
    refused("code_wrong", partial(_fetch, link, code, now=NOW + 15 * MINUTE))
    fetched = fetching.fetch(link, f" {code[:4]} {code[4:]} ", now=NOW + 5 * MINUTE)
    whole = b"".join(fetched.pieces)
    assert len(whole) == fetched.size
    assert set(package(made)) >= {"letter.pdf", "receipt.json"}
    refused("code_wrong", partial(_fetch, link, code, now=NOW + 6 * MINUTE))
    assert events(made)[-1] == "fetched"
    assert Answer.objects.get(request=made).fetched_at == NOW + 5 * MINUTE
    assert ("rights/code", BO) in mails()


def test_five_wrong_codes_end_it_and_the_time_of_the_answer_too() -> None:
    policy("access")
    made = confirmed("access")
    work(now=NOW)
    link = token(made)
    fetching.send_code(link, now=NOW)
    code = _code(made)
    for _ in range(5):
        refused("code_wrong", partial(_fetch, link, "00000000" if code != "00000000" else "1"))
    refused("code_wrong", partial(_fetch, link, code))
    fetching.send_code(link, now=NOW + MINUTE)
    again = _code(made)
    refused("link_expired", partial(_fetch, link, again, now=NOW + 30 * DAY))
    refused("link_unknown", partial(_fetch, link[:-1], again))
    assert links.look(link, links.ANSWER, now=NOW).pk == made.pk
    Answer.objects.all().delete()
    refused("answer_gone", partial(fetching.look, link, now=NOW))


def _fetch(link: str, code: str, now: datetime = NOW) -> fetching.Fetched:
    return fetching.fetch(link, code, now=now)
