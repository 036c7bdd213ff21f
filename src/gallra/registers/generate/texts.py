"""What is said in a supplier's registers: cases, replies, notes, solutions, dialogues, in Swedish, built from
parts.

Every function takes the random source and returns one text. Names of people come in as values, so that free
text mentions people as it does in life; `vocabulary.py` has the parts.
"""

from __future__ import annotations

import random

from gallra.registers.generate import vocabulary as words

_CAUSES = {product: troubles for product, _, troubles in words.PRODUCTS}
PRODUCTS: tuple[str, ...] = tuple(product for product, _, _ in words.PRODUCTS)
ADDONS: dict[str, tuple[str, ...]] = {product: addons for product, addons, _ in words.PRODUCTS}


def fill(rng: random.Random, template: str) -> str:
    """Replaces {month}, {number}, {year}, {version}, {day}, {screen} in a template by invented values."""
    return template.format(
        month=rng.choice(words.MONTHS),
        number=rng.randrange(1000, 99999),
        version=f"{rng.randrange(4, 9)}.{rng.randrange(0, 12)}.{rng.randrange(0, 40)}",
        day=rng.choice(words.DAYS),
        screen=rng.choice(words.SCREENS),
        amount=f"{rng.randrange(1, 90)} {rng.randrange(100, 1000)}",
        count=rng.randrange(2, 60),
    )


def trouble(rng: random.Random, *, product: str) -> words.Trouble:
    """What goes wrong in `product`: a subject line, how it shows, and an impersonal solution that belong
    together."""
    return rng.choice(_CAUSES[product])


def subject(rng: random.Random, *, trouble: words.Trouble) -> str:
    """The subject line of a case."""
    return fill(rng, trouble.subject)


def description(rng: random.Random, *, trouble: words.Trouble, product: str, author: str, phone: str) -> str:
    """A case as its reporter writes it, signed."""
    parts = [
        rng.choice(words.GREETINGS),
        fill(rng, trouble.shows),
        fill(rng, rng.choice(words.CONTEXTS)).replace("PRODUKTEN", product),
        rng.choice(words.WISHES),
    ]
    if rng.random() < 0.35:
        parts.append(f"Ni når mig på {phone}.")
    return " ".join(part for part in parts if part) + f"\n\n{rng.choice(words.CLOSINGS)}\n{author}"


def staff_reply(rng: random.Random, *, to: str, by: str) -> str:
    """A mail from support to a given name."""
    return f"Hej {to}!\n\n{fill(rng, rng.choice(words.STAFF_LINES))} {rng.choice(words.STAFF_ENDS)}\n\n{by}\nSupport"


def customer_reply(rng: random.Random, *, author: str) -> str:
    """A customer's answer in the thread."""
    return f"{fill(rng, rng.choice(words.CUSTOMER_LINES))}\n\n{rng.choice(words.CLOSINGS)}\n{author}"


def phone_note(rng: random.Random, *, person: str) -> str:
    """What was noted of a telephone call with `person`."""
    return fill(rng, rng.choice(words.PHONE_NOTES)).replace("PERSONEN", person)


def solution(rng: random.Random, *, trouble: words.Trouble) -> str:
    """What solved it: impersonal, so that it may outlive the person (M16, S11)."""
    return fill(rng, trouble.solution)


def technical(rng: random.Random, *, product: str) -> str:
    """The technical information of a case: version, system, database."""
    return fill(rng, rng.choice(words.TECHNICAL)).replace("PRODUKTEN", product)


def suggestion(rng: random.Random) -> str:
    """A proposal for improvement, without the person (S11)."""
    return fill(rng, rng.choice(words.SUGGESTIONS))


def document(rng: random.Random) -> tuple[str, str, str, str]:
    """An attached document: file name, description, media type, and the text inside."""
    stem, about, inside = rng.choice(words.DOCUMENTS)
    return f"{fill(rng, stem)}.txt", about, "text/plain", fill(rng, inside)


def dialogue(rng: random.Random, *, person: str, outgoing: bool) -> tuple[str, str]:
    """Subject and text of a contact in the CRM; `outgoing` was ours, else theirs."""
    topic = rng.choice(words.TOPICS)
    line = rng.choice(words.DIALOGUES_OUT if outgoing else words.DIALOGUES_IN)
    return topic[0].upper() + topic[1:], fill(rng, line).replace("ÄMNET", topic).replace("PERSONEN", person)


def note(rng: random.Random, *, person: str) -> str:
    """A note that a seller leaves on a customer's or prospect's card."""
    return fill(rng, rng.choice(words.SALES_NOTES)).replace("PERSONEN", person)


def sale(rng: random.Random) -> str:
    """What is being sold."""
    return f"{rng.choice(words.SALES)} {rng.choice(PRODUCTS)}"


def review_reason(rng: random.Random) -> str:
    """Why a review decided to keep a customer's details."""
    return rng.choice(words.REVIEW_REASONS)
