"""Others' names and addresses in a person's own texts: those of the same case or company are hidden, nobody else's word
is."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallra.engine.person.redacting import Hidden
from gallra.registers.directory.models import Company
from gallra.registers.finance.models import Contact as Buyer
from gallra.registers.support.models import Case, Concerned, Contact, Message, Note
from gallra.running import extracts, handing
from tests.person.test_mentions import placed, where
from tests.person.world import BO, CLEO, LONG_AGO, NIGHT

pytestmark = [pytest.mark.promise("S15", "M23"), pytest.mark.article("15")]
NAMES = st.lists(
    st.sampled_from(["Bo", "Ek", "Al", "Åsa", "Bo-Ek", "Max", "Anna"]), min_size=2, max_size=3
).map(" ".join)
WORDS = st.sampled_from(
    ["Bo", "Bos", "bo", "Ek", "EK", "Eks", "Al", "Åsa", "Åsas", "Max", "Anna", "Boel", "x", "a@b.example", "12"]
)  # fmt: skip
SIGNS = st.sampled_from([" ", ", ", "-", "\n> ", ".", "–", "/", "_"])


@settings(max_examples=200)
@given(st.lists(st.tuples(WORDS, SIGNS), max_size=10), NAMES, st.lists(NAMES, max_size=3))
@example([("Bo", " "), ("Ek", ".")], "Anna Max", ["Bo Ek"])
@example([("Bo", " "), ("Ek", "\n> "), ("Bo", ".")], "Anna Max", ["Bo Ek"])
@example([("Anna", " "), ("Max", " "), ("Bo", ".")], "Anna Max", ["Max Bo"])
def test_others_words_go_and_all_else_stays(
    pieces: list[tuple[str, str]], own: str, others: list[str]
) -> None:
    """The oracle goes from word to word: one of another's name goes, unless as much or more of the text there is the
    person's own name."""
    said = "".join(word + sign for word, sign in pieces)
    text, who = Hidden.of(dict(enumerate([[name] for name in others])), own=[own], mark="#").text(said)
    words = placed(said)

    def size(span: tuple[int, int]) -> int:
        return words[span[1] - 1][2] - words[span[0]][1]

    mine = where(said, own)
    gone: set[int] = set()
    named: set[int] = set()
    for number, name in enumerate(others):
        for span in where(said, name) if name.casefold() != own.casefold() else ():
            if not any(m[0] < span[1] and span[0] < m[1] and size(m) >= size(span) for m in mine):
                gone |= set(range(*span))
                named.add(number)
    assert [word for word, _, _ in placed(text)] == [
        w for at, (w, _, _) in enumerate(words) if at not in gone
    ]
    assert set(who) == named
    assert ("#" in text) == bool(named)
    if not named:
        assert text == said


def test_what_is_kept_is_in_its_place() -> None:
    hidden = Hidden.of(
        {1: ["Bo Ek", "bo@kund.example"], 2: ["Cleo"], 3: ["Anna Al"]}, own=["Anna Al", "Bo"], mark="[…]"
    )
    said = "Bo sa till Bo Ek <BO@kund.example> att Anna Als bil, Ek, Bo! och cleos; Cleopatra. Cleos"
    assert hidden.text(said) == (
        "Bo sa till […] <[…]> att Anna Als bil, […]! och […]; Cleopatra. […]", [1, 2],
    )  # fmt: skip
    assert hidden.text("Ingen alls") == ("Ingen alls", [])


@pytest.mark.usefixtures("db", "policy")
def test_contacts_of_the_same_case_and_company_are_hidden_in_an_extract() -> None:
    firm, other = Company.objects.create(name="Kund AB"), Company.objects.create(name="Annan AB")
    bo = Contact.objects.create(name="Bo Ek", email=BO, company=firm)
    cleo = Contact.objects.create(name="Cleo Al", email=CLEO, company=other)
    dan = Contact.objects.create(name="Dan Berg", email="dan@kund.example", company=firm)
    Contact.objects.create(name="Eva Ström", email="eva@tredje.example", company=other)
    Buyer.objects.create(name="Dan Berg", email=dan.email, company=firm)
    Contact.objects.create(name="Bo Ek", email="bo.ek@kund.example", company=firm)  # a namesake
    case = Case.objects.create(
        number=1, contact=bo, company=firm, status="open", priority="normal", opened_at=LONG_AGO,
        subject="Dan Bergs skrivare", description="Eva Ström ringde Bo Ek",
    )  # fmt: skip
    Concerned.objects.create(case=case, contact=cleo, added_at=LONG_AGO)
    Message.objects.create(
        case=case,
        contact=bo,
        direction="in",
        body=f"Hej Cleo Al! <{CLEO}>, DAN BERG. Bo Ek",
        sent_at=LONG_AGO,
    )
    Note.objects.create(case=case, contact=bo, channel="phone", author="x", text="Inget", made_at=LONG_AGO)
    answered = extracts.answer(BO, now=NIGHT)
    text = json.dumps(answered.data, ensure_ascii=False)
    assert "Hej [redacted]! <[redacted]>, [redacted]. Bo Ek" in text
    assert "[redacted] skrivare" in text
    assert "Eva Ström ringde Bo Ek" in text, "nobody the person's records know"
    assert answered.data["hidden"] == {"people": 2, "texts": 2}
    assert answered.hiding.by == {("support_contact", cleo.pk): 1, ("support_contact", dan.pk): 2}
    assert extracts.named(BO, now=NIGHT) == answered.hiding.by
    shown = extracts.answer(BO, now=NIGHT, shown={("support_contact", dan.pk)})
    assert "DAN BERG" in json.dumps(shown.data), "whichever register knows him too"
    assert "Cleo Al" not in json.dumps(shown.data)
    for words in (handing._SV, handing._EN):
        assert words["hidden"].format(texts=2, people=2) in handing._page(answered, words, 0)
