"""Mentions in others' texts and documents: found, decided on one by one, carried out; nothing is left of the person but
what the answer says.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from psycopg import sql

from gallra.engine.person.mentions import places
from gallra.registers import documents, searching
from gallra.registers.support.models import CaseDocument, Concerned, Note
from gallra.rights import deciding, mentions
from gallra.rights.models import Request
from gallra.running import holds, persons
from gallra.running.persons import own_people
from gallra.systems import own
from tests.person.world import LONG_AGO, Seed, database_text, tables_with
from tests.rights.test_requests import refused
from tests.rights.world import ALVA, BO, CLEO, DAY, NOW, confirmed, entries, letter, package, policy, work
from tests.running.world import case, contact

pytestmark = [pytest.mark.usefixtures("fresh_database", "files"), pytest.mark.promise("S8", "S20", "M21")]
SAID = f"Enligt Bo Eks brev <{BO}>. Annat."
PAPER = b"Bo Ek har skrivit det zyxpapper"


def everywhere(cleo: Seed) -> tuple[set[tuple[str, str]], list[Path]]:
    """Bo in every free text and document of Cleo's that no statute keeps; the places, and the files."""
    done, files = set(), []
    with connection.cursor() as cursor:
        for place in places(own_people()):
            if place.kinds[0].accounting or place.table.name not in cleo.keys:
                continue
            key = cleo.keys[place.table.name][0]
            values: dict[str, str | bytes | None] = dict.fromkeys(place.columns, SAID)
            done |= {(place.table.name, column) for column in place.columns}
            if place.part and place.part.file:
                stored = documents.store([PAPER])
                values |= {"file": stored.file, "secret": stored.secret, "words": stored.words}
                done.add((place.table.name, "file"))
                files.append(documents.root() / stored.file)
            sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
            query = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier(place.table.name), sets)
            cursor.execute(query.as_string(None), [*values.values(), key])
    return done, files


def decided(made: Request) -> None:
    """Every mention as far as it goes."""
    for row in made.mentions.all():
        verdict = mentions.verdicts(made.right, row)[-1]
        deciding.decide_mention(
            made.pk, row.pk, verdict=verdict, reason="gäller Bo", by=ALVA, now=NOW, text="Bo"
        )


def test_after_an_erasure_nobody_finds_the_person_in_any_text_or_document() -> None:
    policy()
    case(contact=contact(BO), opened=LONG_AGO)
    cleo = Seed("Other", CLEO).everything()
    wanted, papers = everywhere(cleo)
    assert {name for name, _ in wanted} >= {"support_case", "support_message", "crm_dialogue", "crm_document"}
    assert ("support_document", "file") in wanted
    assert searching.token("zyxpapper") in database_text()["support_document"]
    made = confirmed("erasure")
    work()
    assert {(row.table, row.column) for row in made.mentions.all()} == wanted
    paper = made.mentions.get(table="crm_document", column="file")
    assert (mentions.text_of(paper), mentions.document_name(paper)) == (PAPER.decode(), SAID)
    refused(
        "not_a_verdict",
        lambda: deciding.decide_mention(made.pk, paper.pk, verdict="blank", reason="x", by=ALVA, now=NOW),
    )
    decided(made)
    assert {row.verdict for row in made.mentions.all()} == {"blank", "remove"}
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    assert persons.find(BO, now=NOW, also_mentions=True, name="Bo Ek").mentions == ()
    assert tables_with("Bo Ek") == set()
    assert tables_with(BO) <= {"rights_request", "mail_outgoing"}
    assert searching.token("zyxpapper") not in "".join(database_text().values())
    assert (
        Note.objects.get(pk=cleo.keys["support_note"][0]).text
        == "Enligt [redacted] brev <[redacted]>. Annat."
    )
    assert len(papers) == 2
    assert not any(path.exists() for path in papers), "files go with their rows"
    receipts = [entry.body for entry in entries(made) if entry.action == "removal"]
    assert len(receipts) == len(wanted)
    assert sum(1 for body in receipts if body.get("parts") == {"crm_document": 1}) == 1
    assert "Bo Ek" not in letter(made)


def test_what_is_held_or_kept_by_a_statute_stays() -> None:
    policy()
    case(contact=contact(BO), opened=LONG_AGO)
    cleo = Seed("Other", CLEO)
    cleos = cleo.record(own.kinds()["support.case"])
    cleo.record(own.kinds()["finance.invoice"])
    everywhere(cleo)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_agreement SET terms = %s", [SAID])
    agreement = Seed("Third", "third@annan.example").record(own.kinds()["finance.agreement"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_agreement SET terms = %s WHERE id = %s", [SAID, agreement])
    holds.hold_person(CLEO, ground="tvist", now=NOW, by=ALVA)
    made = confirmed("erasure")
    work()
    terms = made.mentions.get(table="finance_agreement")
    refused(
        "obliged",
        lambda: deciding.decide_mention(made.pk, terms.pk, verdict="blank", reason="x", by=ALVA, now=NOW),
    )
    decided(made)
    assert {row.verdict for row in made.mentions.exclude(pk=terms.pk)} == {"blank", "remove"}
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    made.refresh_from_db()
    assert made.state == "answered"
    assert {m.table for m in persons.find(BO, now=NOW, also_mentions=True, name="Bo Ek").mentions or ()} >= {
        "support_case", "support_document", "support_note", "finance_agreement",
    }  # fmt: skip
    assert CaseDocument.objects.filter(case=cleos).count() == 1
    assert not [entry for entry in entries(made) if entry.action == "removal"]


def test_a_copy_has_others_documents_whole_or_what_was_redacted_of_them() -> None:
    policy()
    bos = case(contact=contact(BO), opened=LONG_AGO)
    cleo = Seed("Other", CLEO)
    cleo.record(own.kinds()["support.case"])
    everywhere(cleo)
    Concerned.objects.create(case=bos, contact_id=cleo.keys["support_contact"][0], added_at=LONG_AGO)
    type(bos).objects.filter(pk=bos.pk).update(description=f"Bo Ek skrev till {CLEO.upper()} i går.")
    made = confirmed("access")
    work()
    for row in made.mentions.all():
        offered = mentions.verdicts("access", row)
        assert ("include document" in offered) == (row.column == "file")
        assert "remove" not in offered
        verdict, text = ("include document", "") if row.column == "file" else ("leave", "")
        if row.table == "support_note":
            text = mentions.proposed(mentions.text_of(row) or "", ["Bo Ek", BO])
            assert text == f"Enligt Bo Eks brev <{BO}>."
            verdict = "include redacted"
        deciding.decide_mention(made.pk, row.pk, verdict=verdict, reason="hans", by=ALVA, now=NOW, text=text)
    deciding.approve(made.pk, by=ALVA, now=NOW + DAY)
    work()
    given = package(made)
    [path] = [name for name in given if name.startswith("documents/others/")]
    assert given[path] == PAPER
    assert path.startswith("documents/others/support-case-")
    said = letter(made)
    assert "Enligt Bo Eks brev" in said
    assert "Bo Ek skrev till [dolt] i går." in said
    assert "I 1 av dina texter är namn eller adresser dolda." in said
    assert CLEO not in given["data.json"].decode().lower()
