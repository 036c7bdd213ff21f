"""What people may ask, and how (Articles 12–22, 7.3, 77)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding
from gallra.policy.words import RIGHTS_OF_LAW

_RIGHTS: Mapping[str, tuple[str, Text]] = {
    "access": ("15", Text("få ut sina uppgifter", "access")),
    "rectification": ("16", Text("få fel rättade", "rectification")),
    "erasure": ("17", Text("få uppgifter raderade", "erasure")),
    "restriction": ("18", Text("begränsa hur uppgifterna används", "restriction")),
    "portability": ("20", Text("flytta sina uppgifter", "portability")),
    "objection": ("21", Text("invända", "objection")),
    "complaint": ("77", Text("klaga hos tillsynsmyndigheten", "complaint to the authority")),
}


@finding("right-missing", "error", "GDPR 13.2 b, 13.2 d")
def right_missing(case: Case) -> Iterator[Found]:
    """Each right of the law that the policy does not offer (M1)."""
    offered = case.policy.rights.offered if case.policy.rights else ()
    for right in (*RIGHTS_OF_LAW, "complaint"):
        if right not in offered:
            article, words = _RIGHTS[right]
            yield Found(
                "rights",
                Text(
                    f"Rätten att {words.sv} nämns inte (artikel {article}).",
                    f"The right of {words.en} is not mentioned (Article {article}).",
                ),
                Text(f'Lägg "{right}" till offered i [rights].', f'Add "{right}" to offered in [rights].'),
                subject=right,
            )


@finding("erasure-narrowed", "error", "GDPR 17.1")
def erasure_narrowed(case: Case) -> Iterator[Found]:
    """A text that grants erasure of wrong data only, or that speaks of erasure only beside rectification
    (M21)."""
    rights = case.policy.rights
    if rights is None or "erasure" not in rights.offered or rights.erasure_of == "all data":
        return
    by_form = any("erasure" in form.does for form in case.policy.form.values())
    if rights.erasure_of == "wrong data" or not by_form:
        yield Found(
            "rights",
            Text(
                "Det framgår inte att även riktiga uppgifter kan raderas; texten ger mindre än lagen.",
                "It does not say that correct data too can be erased; the text grants less than the law.",
            ),
            Text('Skriv erasure_of = "all data" i [rights].', 'Write erasure_of = "all data" in [rights].'),
        )


@finding("channels-missing", "error", "GDPR 12.2")
def channels_missing(case: Case) -> Iterator[Found]:
    """Rights without a way to use them."""
    if case.policy.rights is not None and case.policy.rights.offered and not case.policy.rights.channels:
        yield Found(
            "rights",
            Text("Det står inte hur man begär något.", "It does not say how to ask."),
            Text(
                'Skriv channels = ["email", "phone", "form"].', 'Write channels = ["email", "phone", "form"].'
            ),
        )


@finding("withdrawal-missing", "error", "GDPR 7.3, 13.2 c")
def withdrawal_missing(case: Case) -> Iterator[Found]:
    """Consent that cannot be withdrawn, or not said how. A policy that states no basis may rest on consent
    and is asked as well."""
    rights = case.policy.rights
    needs = [p for p in case.policy.purpose.values() if p.basis == "consent" or (p.basis is None and p.to)]
    if needs and (rights is None or "withdrawal" not in rights.offered or rights.withdrawal is None):
        yield Found(
            "rights",
            Text(
                "Det står inte att och hur ett samtycke kan återkallas.",
                "It does not say that and how consent can be withdrawn.",
            ),
            Text(
                'Lägg "withdrawal" till offered, och skriv withdrawal = { sv = …, en = … }.',
                'Add "withdrawal" to offered, and write withdrawal = { sv = …, en = … }.',
            ),
        )


@finding("decisions-missing", "warning", "GDPR 13.2 f, 22")
def decisions_missing(case: Case) -> Iterator[Found]:
    """Whether anything is decided automatically."""
    if case.policy.rights is None or case.policy.rights.automated_decisions is None:
        yield Found(
            "rights",
            Text(
                "Det står inte om beslut fattas automatiskt.",
                "It does not say whether decisions are made automatically.",
            ),
            Text(
                'Skriv automated_decisions = "none", eller beskriv dem.',
                'Write automated_decisions = "none", or describe them.',
            ),
        )


@finding("form-unconfirmed", "error", "GDPR 12.6, 32")
def form_unconfirmed(case: Case) -> Iterator[Found]:
    """A form by which anybody could have somebody else erased or changed."""
    harmless = {"stop mailings", "objection"}
    for key, form in case.policy.form.items():
        if form.confirm is None and not harmless.issuperset(form.does):
            yield Found(
                f"form.{key}",
                Text(
                    "Formuläret gör mer än att stoppa utskick utan att pröva adressen.",
                    "The form does more than stop mailings without testing the address.",
                ),
                Text('Skriv confirm = "email".', 'Write confirm = "email".'),
            )


@finding("form-right-missing", "warning", "GDPR 5.1 a")
def form_right_missing(case: Case) -> Iterator[Found]:
    """A form that does what [rights] does not offer."""
    offered = case.policy.rights.offered if case.policy.rights else ()
    for key, form in case.policy.form.items():
        for right in form.does:
            if right not in offered and right not in RIGHTS_OF_LAW:
                yield Found(
                    f"form.{key}.does",
                    Text(
                        f"Formuläret gör ”{right}”, som [rights] inte erbjuder.",
                        f'The form does "{right}", which [rights] does not offer.',
                    ),
                    Text(
                        f'Lägg "{right}" till offered i [rights].', f'Add "{right}" to offered in [rights].'
                    ),
                    subject=right,
                )
