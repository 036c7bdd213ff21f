"""Why data is used: basis, statute, legitimate interest, fields, whether giving it is required (Articles 6,
13, 14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding
from gallra.policy.model import Purpose

TEST_LIVES = timedelta(days=3 * 366)
"""A balancing test older than this should be made again."""


def _purposes(case: Case) -> Iterator[tuple[str, Purpose]]:
    return ((f"purpose.{key}", purpose) for key, purpose in case.policy.purpose.items())


@finding("basis-missing", "error", "GDPR 13.1 c, 6.1")
def basis_missing(case: Case) -> Iterator[Found]:
    """A purpose that uses a person's fields, and does not say on what ground. None are used by `fields =
    []`."""
    for place, purpose in _purposes(case):
        if purpose.basis is None and purpose.fields != ():
            yield Found(
                place,
                Text(
                    f"Ändamålet ”{purpose.text.sv}” saknar rättslig grund.",
                    f'The purpose "{purpose.text.en}" has no legal basis.',
                ),
                Text(
                    'Skriv basis = "contract", "consent", "legal obligation" eller "legitimate interest".',
                    'Write basis = "contract", "consent", "legal obligation" or "legitimate interest".',
                ),
            )


@finding("statute-missing", "error", "GDPR 6.3, 13.1 c")
def statute_missing(case: Case) -> Iterator[Found]:
    """A legal obligation is a basis only with a named statute (S10)."""
    for place, purpose in _purposes(case):
        if purpose.basis == "legal obligation" and purpose.statute is None:
            yield Found(
                f"{place}.basis",
                Text(
                    "Rättslig förpliktelse kräver att lagen nämns.",
                    "A legal obligation must name its statute.",
                ),
                Text(
                    'Skriv till exempel statute = "bokföringslagen (1999:1078)", eller en annan grund.',
                    'Write for example statute = "bokföringslagen (1999:1078)", or another basis.',
                ),
            )


@finding("statute-unknown", "warning", "GDPR 6.3")
def statute_unknown(case: Case) -> Iterator[Found]:
    """A statute that the facts of law/ do not list: perhaps misspelt."""
    named = [(f"{place}.statute", p.statute) for place, p in _purposes(case) if p.statute]
    named += [(f"retention[{n}].floor", r.floor) for n, r in enumerate(case.policy.retention) if r.floor]
    for place, words in named:
        if case.law.act(words) is None:
            yield Found(
                place,
                Text(f"”{words}” är ingen lag vi känner till.", f'"{words}" is no statute that we know.'),
                Text(
                    "Skriv lagens namn eller nummer, till exempel 1999:1078.",
                    "Write the name or number of the act, for example 1999:1078.",
                ),
            )


@finding("interest-missing", "error", "GDPR 13.1 d")
def interest_missing(case: Case) -> Iterator[Found]:
    """Legitimate interest without saying which."""
    for place, purpose in _purposes(case):
        if purpose.basis == "legitimate interest" and purpose.interest is None:
            yield Found(
                f"{place}.basis",
                Text(
                    "Det står inte vilket det berättigade intresset är.",
                    "It does not say what the legitimate interest is.",
                ),
                Text(
                    "Skriv interest = { text = …, test = …, tested = datum }.",
                    "Write interest = { text = …, test = …, tested = date }.",
                ),
            )


@finding("interest-untested", "warning", "GDPR 6.1 f, 5.2")
def interest_untested(case: Case) -> Iterator[Found]:
    """A legitimate interest whose balancing test has no text or no date (M8), or is older than three
    years."""
    for place, purpose in _purposes(case):
        interest = purpose.interest
        if interest is None:
            continue
        old = case.as_of and interest.tested and case.as_of - interest.tested > TEST_LIVES
        if interest.test is None or interest.tested is None or old:
            yield Found(
                f"{place}.interest",
                Text(
                    "Intresseavvägningen saknas, saknar datum eller är äldre än tre år.",
                    "The balancing test is missing, has no date, or is older than three years.",
                ),
                Text(
                    "Väg intresset mot personens, och skriv test och tested.",
                    "Balance the interest against the person's, and write test and tested.",
                ),
            )


@finding("giving-missing", "warning", "GDPR 13.2 e")
def giving_missing(case: Case) -> Iterator[Found]:
    """Whether one must give the data, for every purpose that has a basis and uses fields."""
    for place, purpose in _purposes(case):
        if purpose.giving is None and purpose.fields != ():
            yield Found(
                place,
                Text(
                    "Det står inte om man måste lämna uppgifterna.",
                    "It does not say whether one must give the data.",
                ),
                Text(
                    'Skriv giving = "statutory", "contractual" eller "voluntary".',
                    'Write giving = "statutory", "contractual" or "voluntary".',
                ),
            )


@finding("consequence-missing", "warning", "GDPR 13.2 e")
def consequence_missing(case: Case) -> Iterator[Found]:
    """What happens to one who does not give what must be given."""
    for place, purpose in _purposes(case):
        if purpose.giving in ("statutory", "contractual") and purpose.otherwise is None:
            yield Found(
                f"{place}.giving",
                Text(
                    "Det står inte vad som händer om man inte lämnar uppgifterna.",
                    "It does not say what happens if one does not give the data.",
                ),
                Text("Skriv otherwise = { sv = …, en = … }.", "Write otherwise = { sv = …, en = … }."),
            )


@finding("purpose-without-fields", "warning", "GDPR 5.1 c, 13.1")
def purpose_without_fields(case: Case) -> Iterator[Found]:
    """A purpose that does not say which fields it needs: nothing is blanked on silence."""
    for place, purpose in _purposes(case):
        if purpose.fields is None:
            yield Found(
                place,
                Text(
                    "Det står inte vilka uppgifter om personen ändamålet behöver; inget töms när policyn tiger.",
                    "It does not say which of the person's fields the purpose needs; nothing is blanked on silence.",
                ),
                Text(
                    'Skriv fields = ["name", "email", …], eller fields = [] om det inte behövs några.',
                    'Write fields = ["name", "email", …], or fields = [] where none are needed.',
                ),
            )


@finding("kind-without-purpose", "error", "GDPR 5.1 b, 13.1 c")
def kind_without_purpose(case: Case) -> Iterator[Found]:
    """A record kind that a system holds and no purpose names: kept, and nobody knows why."""
    used = {kind for purpose in case.policy.purpose.values() for kind in purpose.records}
    for kind, system in case.policy.records().items():
        if kind not in used:
            name = case.named(kind)
            yield Found(
                f"system.{system}.records",
                Text(f"Inget ändamål nämner {name.sv}.", f"No purpose names {name.en}."),
                Text(
                    f"Lägg ”{kind}” till records i ett ändamål, eller ta bort det ur systemet.",
                    f'Add "{kind}" to the records of a purpose, or take it out of the system.',
                ),
                subject=kind,
            )


@finding("source-missing", "warning", "GDPR 14.2 f")
def source_missing(case: Case) -> Iterator[Found]:
    """How data comes in, and from whom but the person."""
    collected = case.policy.collected
    if collected is None or not collected.from_ or collected.elsewhere is None:
        yield Found(
            "collected",
            Text(
                "Det står inte varifrån uppgifter kommer när de inte kommer från personen.",
                "It does not say where data comes from when it does not come from the person.",
            ),
            Text(
                'Skriv i [collected] from = [...] och elsewhere = [] eller till exempel ["company website"].',
                'Write in [collected] from = [...] and elsewhere = [] or for example ["company website"].',
            ),
        )
