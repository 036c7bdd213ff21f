"""What the words of the policy language are called on the page: fields, ways in, contents, bases, rights, channels.

Every entry stands inside a sentence: no capital, no full stop. A word that is not listed here is printed as the
file has it; a test asserts that every word the four policies and the registers use is listed.
"""

from __future__ import annotations

from collections.abc import Mapping

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang

FIELDS: Mapping[str, Text] = {
    "name": Text("namn", "name"),
    "company": Text("företag", "company"),
    "organisation number": Text("organisationsnummer", "organisation number"),
    "address": Text("adress", "address"),
    "town": Text("ort", "town"),
    "phone": Text("telefonnummer", "telephone number"),
    "email": Text("e-postadress", "e-mail address"),
    "business system": Text("affärssystem", "business system"),
    "title": Text("befattning", "job title"),
}

WAYS_IN: Mapping[str, Text] = {
    "order": Text("beställer produkter och tjänster", "order products and services"),
    "demo request": Text("ber om en demonstration", "ask for a demonstration"),
    "support": Text("vänder dig till supporten", "turn to our support"),
    "newsletter sign-up": Text("anmäler dig till våra nyhetsbrev", "sign up for our newsletters"),
    "account": Text("skapar ett konto", "create an account"),
    "agreement": Text("tecknar ett avtal", "sign an agreement"),
    "phone": Text("ringer oss", "call us"),
    "email": Text("skriver till oss", "write to us"),
}
"""Each follows "när du …" / "when you …"."""

ELSEWHERE: Mapping[str, Text] = {
    "employer": Text("din arbetsgivare", "your employer"),
    "colleague": Text("en kollega", "a colleague"),
    "company website": Text("ditt företags webbplats", "your company's website"),
    "public register": Text("ett offentligt register", "a public register"),
    "partner": Text("en av våra partner", "one of our partners"),
}

HOLDS: Mapping[str, Text] = {
    "case number": Text("ärendenummer", "case number"),
    "case description": Text("ärendebeskrivning", "case description"),
    "contact notes": Text("kontaktanteckningar", "notes of contacts"),
    "e-mail dialogue": Text("e-postväxling", "e-mail dialogue"),
    "documents with descriptions": Text("dokument med beskrivningar", "documents with descriptions"),
    "technical information": Text("teknisk information", "technical information"),
    "number of users": Text("antal användare", "number of users"),
    "number of companies": Text("antal företag", "number of companies"),
    "add-ons": Text("tilläggsfunktioner", "add-ons"),
    "licence number": Text("licensnummer", "licence number"),
    "agreement number": Text("avtalsnummer", "agreement number"),
    "agreement terms": Text("avtalsvillkor", "terms of the agreement"),
    "invoice number": Text("fakturanummer", "invoice number"),
    "invoice lines": Text("fakturarader", "invoice lines"),
    "buyer on the invoice": Text("köparens uppgifter på fakturan", "the buyer's details on the invoice"),
}

BASES: Mapping[str, Text] = {
    "consent": Text("ditt samtycke (artikel 6.1 a)", "your consent (Article 6(1)(a))"),
    "contract": Text("avtalet med dig eller ditt företag (artikel 6.1 b)", "the contract (Article 6(1)(b))"),
    "legal obligation": Text(
        "en rättslig förpliktelse (artikel 6.1 c)", "a legal obligation (Article 6(1)(c))"
    ),
    "vital interests": Text(
        "skyddet av någons liv (artikel 6.1 d)", "the protection of someone's life (Article 6(1)(d))"
    ),
    "public task": Text(
        "en uppgift av allmänt intresse (artikel 6.1 e)", "a task in the public interest (Article 6(1)(e))"
    ),
    "legitimate interest": Text(
        "ett berättigat intresse (artikel 6.1 f)", "a legitimate interest (Article 6(1)(f))"
    ),
}

AUDIENCES: Mapping[str, Text] = {
    "customer": Text("kunder", "customers"),
    "partner": Text("partner", "partners"),
    "prospect": Text("presumtiva kunder", "prospects"),
    "subscriber": Text("prenumeranter", "subscribers"),
}

RIGHTS: Mapping[str, Text] = {
    "access": Text("tillgång till dina uppgifter", "access to your data"),
    "rectification": Text("rättelse", "rectification"),
    "erasure": Text("radering", "erasure"),
    "restriction": Text("begränsning av behandlingen", "restriction of processing"),
    "objection": Text("invändning", "objection"),
    "portability": Text("dataportabilitet", "data portability"),
    "stop mailings": Text("avregistrering från utskick", "unsubscribing from mailings"),
    "complaint": Text("klagomål hos tillsynsmyndigheten", "complaint to the supervisory authority"),
    "withdrawal": Text("återkallelse av samtycke", "withdrawal of consent"),
}

SHARING_EXCEPTIONS: Mapping[str, Text] = {
    "applicable law": Text("en tillämplig lag", "applicable law"),
    "legal process": Text("en rättsprocess", "legal proceedings"),
    "compelling request of an authority": Text(
        "en tvingande begäran från en myndighet", "a compelling request of an authority"
    ),
}

REVIEW_ASKS: Mapping[str, Text] = {
    "last contact with the company": Text(
        "när vi senast hade kontakt med företaget", "when we were last in contact with the company"
    ),
    "agreements and open sales": Text(
        "vilka avtal och pågående affärer som finns", "which agreements and open sales there are"
    ),
}

PERSONAL_KINDS = frozenset({"crm.customer", "crm.prospect", "crm.partner"})
"""Kinds whose record is the person: one does not erase a customer, but what is kept about one."""


ROLES: Mapping[str, Text] = {
    "reporter": Text("anmälare", "reporters"),
    "account holder": Text("kontohavare", "account holders"),
    "contact": Text("kontaktpersoner", "contacts"),
    "the buyer's reference": Text("köpares referenser", "buyers' references"),
    "subscriber": Text("prenumeranter", "subscribers"),
    "sender": Text("avsändare av dokument", "senders of documents"),
    "concerned": Text("personer som berörs", "people concerned"),
    "caller": Text("personer i telefonsamtal", "people in telephone calls"),
    "correspondent": Text("brevskrivare", "correspondents"),
    "participant": Text("deltagare i samtal", "participants in talks"),
}
"""Who a person is to a record, in the plural, by the English word of its declaration."""


def word(table: Mapping[str, Text], name: str, lang: Lang) -> str:
    """The phrase for a word of the policy language; the word itself where the table has none."""
    return table[name][lang] if name in table else name
