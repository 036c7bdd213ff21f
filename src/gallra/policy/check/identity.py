"""Who is responsible, under which law, and to whom one complains (Articles 13.1 a, 13.2 d)."""

from __future__ import annotations

from collections.abc import Iterator

from stdnum.se import orgnr  # type: ignore[import-untyped, unused-ignore]

from gallra.kinds import Text
from gallra.policy.check.finding import Case, Found, finding, listed


@finding("controller-identity", "error", "GDPR 13.1 a", outdated=True)
def controller_identity(case: Case) -> Iterator[Found]:
    """Organisation number, postal address and a way to reach the controller (M26)."""
    who = case.policy.controller
    missing = [
        text
        for given, text in (
            (who.organisation_number, Text("organisationsnummer", "organisation number")),
            (who.address, Text("postadress", "postal address")),
            (who.email, Text("e-postadress", "e-mail address")),
            (who.phone, Text("telefonnummer", "telephone number")),
        )
        if given is None
    ]
    if missing:
        sv, en = listed([m.sv for m in missing], "sv"), listed([m.en for m in missing])
        yield Found(
            "controller",
            Text(
                f"Den personuppgiftsansvariges {sv} saknas.",
                f"The controller's {en} {_is(len(missing))} missing.",
            ),
            Text(
                "Skriv organisation_number, address, email och phone i [controller].",
                "Write organisation_number, address, email and phone in [controller].",
            ),
        )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


@finding("organisation-number", "error", "GDPR 13.1 a")
def organisation_number(case: Case) -> Iterator[Found]:
    """A number that fails its check digit is nobody's."""
    number = case.policy.controller.organisation_number
    if number is not None and not orgnr.is_valid(number):
        yield Found(
            "controller.organisation_number",
            Text(
                "Organisationsnumret stämmer inte med sin kontrollsiffra.",
                "The organisation number does not match its check digit.",
            ),
            Text(
                "Rätta organisation_number: tio siffror, den sista en kontrollsiffra.",
                "Correct organisation_number: ten digits, the last one a check digit.",
            ),
        )


@finding("act-repealed", "error", "GDPR 94.1, SFS 2018:218", outdated=True)
def act_repealed(case: Case) -> Iterator[Found]:
    """An act in `follows` or `statute` that is no longer in force (S5)."""
    named = [(f"controller.follows[{n}]", words) for n, words in enumerate(case.policy.controller.follows)]
    named += [(f"purpose.{key}.statute", p.statute) for key, p in case.policy.purpose.items() if p.statute]
    named += [(f"retention[{n}].floor", r.floor) for n, r in enumerate(case.policy.retention) if r.floor]
    for place, words in named:
        act = case.law.act(words)
        if act is not None and act.repealed is not None:
            instead = case.law.acts_by_id(act.replaced_by)
            sv, en = listed([a.title.sv for a in instead], "sv"), listed([a.title.en for a in instead])
            yield Found(
                place,
                Text(
                    f"{_capital(act.title.sv)} upphörde att gälla {act.repealed}.",
                    f"{_capital(act.title.en)} was repealed on {act.repealed}.",
                ),
                Text(f"Skriv i stället {sv}.", f"Write {en} instead."),
                subject=words,
            )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@finding("authority-missing", "error", "GDPR 13.2 d")
def authority_missing(case: Case) -> Iterator[Found]:
    """Where one complains; without the right itself `right-missing` says it all."""
    rights = case.policy.rights
    if rights is not None and "complaint" in rights.offered and case.policy.controller.authority is None:
        names = case.law.authorities[0].title
        yield Found(
            "controller",
            Text("Det står inte hos vem man kan klaga.", "It does not say to whom one can complain."),
            Text(
                f'Skriv authority = "{names.sv}" i [controller].',
                f'Write authority = "{names.sv}" in [controller].',
            ),
        )


@finding("authority-renamed", "error", "GDPR 13.2 d, SFS 2007:975", outdated=True)
def authority_renamed(case: Case) -> Iterator[Found]:
    """An authority by a name it no longer has (M25)."""
    words = case.policy.controller.authority
    now = case.law.renamed(words) if words else None
    if now is not None:
        yield Found(
            "controller.authority",
            Text(
                f"{words} heter sedan {now.since} {now.title.sv}.",
                f"{words} has been called {now.title.en.removeprefix('the ')} since {now.since}.",
            ),
            Text(f'Skriv authority = "{now.name}".', f'Write authority = "{now.name}".'),
        )


@finding("authority-unknown", "warning", "GDPR 13.2 d")
def authority_unknown(case: Case) -> Iterator[Found]:
    """A name that is no authority's, present or former."""
    words = case.policy.controller.authority
    if words and case.law.authority(words) is None and case.law.renamed(words) is None:
        name = case.law.authorities[0].name
        yield Found(
            "controller.authority",
            Text(
                f"{words} är ingen tillsynsmyndighet vi känner till.",
                f"{words} is no authority that we know.",
            ),
            Text(f'Skriv authority = "{name}".', f'Write authority = "{name}".'),
        )
