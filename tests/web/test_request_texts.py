"""Others' documents and others' names on a request's page: seen, decided on, and said before the yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gallra.registers import documents
from gallra.registers.support.models import CaseDocument, Concerned
from gallra.rights import looking
from gallra.rights.models import Request
from gallra.site.models import Role
from tests.person.world import LONG_AGO
from tests.rights.world import BO, CLEO, NOW, confirmed
from tests.running.world import case, contact
from tests.web.office_requests import QUEUE, client, files, policed, shown

__all__ = ["files", "policed"]


@pytest.fixture
def privacy(policed: None, files: Path) -> Client:
    return client(Role.PRIVACY)


def written(right: str) -> Request:
    """A document of Cleo's names Bo, and Bo's case names Cleo, whom it concerns."""
    bo, cleo = contact(BO), contact(CLEO)
    type(cleo).objects.filter(pk=cleo.pk).update(name="Cleo Al")
    stored = documents.store(["Offert. Bo Ek vill köpa. Hälsa.".encode()])
    CaseDocument.objects.create(
        case=case(contact=cleo, opened=LONG_AGO, messages=0), name="offert.txt", size=stored.size, file=stored.file,
        secret=stored.secret, words=stored.words, added_at=LONG_AGO,
    )  # fmt: skip
    bos = case(contact=bo, opened=LONG_AGO, messages=0)
    type(bos).objects.filter(pk=bos.pk).update(description="Cleo Al ringde.")
    Concerned.objects.create(case=bos, contact=cleo, added_at=LONG_AGO)
    made = confirmed(right)
    looking.look_up(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def post(privacy: Client, path: str, **said: str) -> Any:
    return privacy.post(f"{QUEUE}{path}", said)


@pytest.mark.promise("S15", "M23")
@pytest.mark.article("15")
def test_a_copy_with_others_documents_and_others_names(privacy: Client) -> None:
    made = written("access")
    [mention], [cleo] = made.mentions.all(), made.named.all()
    html = shown(privacy.get(f"{QUEUE}{made.pk}"))
    for words in ("document offert.txt", "Others named in the person's own texts", f"Cleo Al, {CLEO}", "In 1 text.",
                  "Is hidden", "is included whole"):  # fmt: skip
        assert words in html, words
    assert post(privacy, f"{made.pk}/mention/{mention.pk}", verdict="remove", reason="x").status_code == 400
    said = post(privacy, f"{made.pk}/mention/{mention.pk}", verdict="include document", reason="hans")
    assert said.status_code == 302
    preview = shown(privacy.get(f"{QUEUE}{made.pk}/preview"))
    assert "1 document of somebody else is included whole." in preview
    assert "the name and address of 1 other contact are hidden" in preview
    assert post(privacy, f"{made.pk}/named/{cleo.pk}", verdict="show").status_code == 400
    assert post(privacy, f"{made.pk}/named/{cleo.pk + 9}", verdict="show", reason="x").status_code == 404
    assert (
        post(privacy, f"{made.pk}/named/{cleo.pk}", verdict="show", reason="De skrev ihop").status_code == 302
    )
    cleo.refresh_from_db()
    assert (cleo.verdict, cleo.reason) == ("show", "De skrev ihop")
    assert "are hidden" not in shown(privacy.get(f"{QUEUE}{made.pk}/preview"))


@pytest.mark.promise("S20")
def test_an_erasure_removes_a_document_of_somebody_elses(privacy: Client) -> None:
    made = written("erasure")
    [mention] = made.mentions.all()
    assert not made.named.exists(), "nothing is given out"
    html = privacy.get(f"{QUEUE}{made.pk}").content.decode()
    assert 'value="remove"' in html
    assert 'value="blank"' not in html
    assert (
        post(privacy, f"{made.pk}/mention/{mention.pk}", verdict="remove", reason="hans").status_code == 302
    )
    assert "1 document of somebody else that names the person is removed." in shown(
        privacy.get(f"{QUEUE}{made.pk}/preview")
    )
