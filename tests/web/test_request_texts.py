"""Others' documents and others' names on a request's page: seen, decided on, and said before the yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gallra.registers import documents
from gallra.registers.support.models import Case, CaseDocument, Concerned
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
    cleos = case(contact=cleo, opened=LONG_AGO, messages=0)
    attached(cleos, "offert.txt", "Offert. Bo Ek vill köpa. Hälsa.".encode())
    bos = case(contact=bo, opened=LONG_AGO, messages=0)
    type(bos).objects.filter(pk=bos.pk).update(description="Cleo Al ringde.")
    Concerned.objects.create(case=bos, contact=cleo, added_at=LONG_AGO)
    made = confirmed(right)
    looking.look_up(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def attached(to: Case, name: str, content: bytes) -> CaseDocument:
    stored = documents.store([content])
    return CaseDocument.objects.create(
        case=to, name=name, size=stored.size, file=stored.file, secret=stored.secret, words=stored.words,
        added_at=LONG_AGO,
    )  # fmt: skip


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


@pytest.mark.promise("S15", "M23")
@pytest.mark.article("15")
def test_documents_that_somebody_has_to_look_at(privacy: Client) -> None:
    """The person's own, that name others or cannot be read, and others' scans in cases in which they take part."""
    bo, cleo = contact(BO), contact(CLEO)
    type(cleo).objects.filter(pk=cleo.pk).update(name="Cleo Al")
    bos, cleos = (case(contact=each, opened=LONG_AGO, messages=0) for each in (bo, cleo))
    Concerned.objects.create(case=bos, contact=cleo, added_at=LONG_AGO)
    Concerned.objects.create(case=cleos, contact=bo, added_at=LONG_AGO)
    letters = (("brev.txt", b"Cleo Al skrev"), ("bild.png", b"\x89PNG\0"))
    own = {name: attached(bos, name, content) for name, content in letters}
    scan = attached(cleos, "skiss.png", b"\x89PNG\0\0")
    made = confirmed("access")
    looking.look_up(made.pk, now=NOW)
    page = privacy.get(f"{QUEUE}{made.pk}")
    html, linked = shown(page), page.content.decode()
    for words in ("Documents to look at", "Names 1 other.", "No program can read it", "Leave the rest out",
                  "decide on 3 likenesses, mentions and documents",
                  "2 documents in the registers cannot be read by a program",
                  "1 of them stands in a case that the person takes part in"):  # fmt: skip
        assert words in html, words
    rows = {int(row.key): row for row in made.enclosed.all()}
    [other] = made.mentions.filter(unread=True)
    assert other.key == str(scan.pk)
    for path in (f"enclosed/{rows[own['bild.png'].pk].pk}", f"mentions/{other.pk}"):
        assert f'href="{QUEUE}{made.pk}/{path}/document"' in linked
        sent: Any = privacy.get(f"{QUEUE}{made.pk}/{path}/document")
        assert b"".join(sent.streaming_content).startswith(b"\x89PNG")
        assert sent.headers["Content-Disposition"].startswith("attachment")
    for path in (f"enclosed/{rows[own['bild.png'].pk].pk + 9}", f"named/{other.pk}", f"twins/{other.pk}"):
        assert privacy.get(f"{QUEUE}{made.pk}/{path}/document").status_code == 404
    assert client(Role.SUPPORT).get(f"{QUEUE}{made.pk}/mentions/{other.pk}/document").status_code == 403
    row = rows[own["bild.png"].pk]
    assert post(privacy, f"{made.pk}/enclosed/{row.pk}", verdict="send").status_code == 400
    assert post(privacy, f"{made.pk}/enclosed/{row.pk}", verdict="send", reason="sett").status_code == 302
    assert post(privacy, f"{made.pk}/outs", reason="Cleos").status_code == 302
    assert post(privacy, f"{made.pk}/rest", reason="sett").status_code == 302
    assert sorted(made.enclosed.values_list("verdict", flat=True)) == ["leave out", "send"]
    preview = shown(privacy.get(f"{QUEUE}{made.pk}/preview"))
    assert "1 document of the person is left out; the letter says why." in preview
