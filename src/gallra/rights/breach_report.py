"""A breach as it is reported to the authority (Article 33(3)): as data, as plain text, and as a letter in PDF/UA.
Nobody's address stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gallra.policy.wording.grammar import capital, listed
from gallra.rights import breach_telling, breaches
from gallra.rights.answer import typeset, words
from gallra.rights.answer.blocks import Block, Grid, Heading, Letter, Para
from gallra.rights.answer.context import Context
from gallra.rights.complaining import complaint
from gallra.rights.errors import Refused
from gallra.running import foreign
from gallra.running.installed import running


def export(number: int, *, now: datetime) -> dict[str, Any]:
    """The breach for the authority, as Article 33(3) asks: nature, record kinds, how many people and records, whom to
    ask, consequences, measures, and every step. Nobody's address. Refused("unknown_breach"). Raises NoPolicy."""
    standing_, policy = breaches.one(number, now), running()
    breach, who = standing_.breach, policy.policy.controller
    kinds = foreign.kinds_of(policy)
    officer = who.officer
    return {
        "breach": breach.pk, "reference": breach.number,
        "controller": {"name": who.name, "organisation_number": who.organisation_number, "address": who.address},
        "contact": {
            "name": (officer.name if officer else None) or who.name,
            "email": (officer.email if officer else None) or who.email,
            "phone": (officer.phone if officer else None) or who.phone,
        },
        "what": breach.what, "happened_at": _at(breach.happened_at), "known_at": _at(breach.known_at),
        "report_by": _at(breach.known_at + breaches.CLOCK), "reported_at": _at(breach.reported_at),
        "late_because": breach.late_because,
        "records": [
            {"kind": name, "sv": kinds[name].noun.many.sv, "en": kinds[name].noun.many.en}
            for name in breach.kinds if name in kinds
        ],
        "people": standing_.affected, "people_told": standing_.told, "risk": breach.risk,
        "consequences": breach.consequences, "measures": breach.measures,
        "steps": [{"at": _at(step.at), "text": step.text} for step in breach.steps.order_by("at", "pk")],
    }  # fmt: skip


def letter(number: int, *, language: str, now: datetime) -> str:
    """The same as a letter to the authority, in plain text. Refused("unknown_breach"). Raises NoPolicy."""
    said, zone = export(number, now=now), ZoneInfo(running().rules.timezone)
    named = ("happened_at", "known_at", "reported_at", "report_by")
    moments = {name: datetime.fromisoformat(said[name]) for name in named if said[name]}
    steps = [{**step, "at": datetime.fromisoformat(step["at"])} for step in said["steps"]]
    nouns = [kind[language] for kind in said["records"]]
    with translation.override(language), timezone.override(zone):
        return render_to_string(
            "rights/breach.txt",
            {**said, **moments, "steps": steps, "nouns": nouns, "today": now, **complaint(language),
             "risk": str(breaches.Risk(said["risk"]).label)},
        )  # fmt: skip


def export_file(number: int, *, now: datetime) -> bytes:
    """`export` as JSON in UTF-8. Refused("unknown_breach")."""
    return (json.dumps(export(number, now=now), ensure_ascii=False, indent=1) + "\n").encode()


def pdf(number: int, *, language: str, now: datetime) -> bytes:
    """The same as a letter in PDF/UA-1, set as the answers to people are. Refused("unknown_breach"). Raises NoPolicy,
    Unprintable."""
    said, context = export(number, now=now), Context.of(running(), language, now)
    with translation.override(context.lang):
        authority = complaint(context.lang)
        meta = [(_("Our number"), str(number))]
        if said["reference"]:
            meta.append((_("Your number"), said["reference"]))
        to = tuple(line for line in (authority["authority"], authority["authority_email"]) if line)
        written = _letter(
            context,
            number,
            _("Report of a breach of personal data"),
            _blocks(context, said),
            to=to,
            meta=meta,
        )
    return typeset.pdf(written, now=now)


def to_post(number: int, *, language: str, now: datetime) -> bytes:
    """What people are told as a letter in PDF/UA-1, for those whom mail does not reach; without an address. Refused(
    "unknown_breach", "not_told" where nothing is written in that language). Raises NoPolicy, Unprintable."""
    said = breach_telling.parts(breaches.one(number, now).breach).get(language)
    if said is None:
        raise Refused("not_told")
    context = Context.of(running(), language, now)
    with translation.override(context.lang):
        title = _("About a breach that concerns your personal data")
        written = _letter(context, number, title, _message(said), meta=[(_("Our number"), str(number))])
    return typeset.pdf(written, now=now)


def _letter(
    context: Context, number: int, title: str, blocks: Iterable[Block], *, meta: list[tuple[str, str]],
    to: tuple[str, ...] = (),
) -> Letter:  # fmt: skip
    who = context.policy.controller
    sender = (who.name, who.organisation_number, who.address, who.phone, who.email)
    return Letter(
        language=context.lang,
        title=title,
        sender=tuple(line for line in sender if line),
        to=to,
        meta=((words.META["date"][context.lang], context.day(context.today.day)), *meta),
        blocks=tuple(blocks),
        ending=(context.say(words.REGARDS), who.name),
        foot=_("%(sender)s · breach %(number)d") % {"sender": who.name, "number": number},
        page=words.PAGE[context.lang],
        unseen=context.say(words.UNSEEN),
    )


def _message(said: Mapping[str, Any]) -> Iterator[Block]:
    """What the mail says, too."""
    yield Para(
        _(
            "Something has happened to personal data that %(controller)s holds, and it may concern you. This is what "
            "we know."
        )
        % said
    )
    yield Para(said["message"], style="set apart")
    for heading, text in (
        (_("Likely consequences"), said["consequences"]),
        (_("Measures taken and proposed"), said["measures"]),
    ):
        if text:
            yield Heading(heading)
            yield Para(text)
    yield Heading(_("Whom to ask"))
    if said["contact"]:
        yield Para(_("Questions? Write to %(contact)s.") % said)
    yield Para(_("You can complain to %(authority)s (%(authority_url)s).") % said)


def _blocks(context: Context, said: dict[str, Any]) -> Iterator[Block]:
    """What Article 33(3) asks for, in its order, and what was done."""
    yield Para(_("This is what Article 33(3) of the GDPR asks for, as far as it is known."))
    nouns = [kind[context.lang] for kind in said["records"]]
    told = _(" (%(people_told)d of them have been told)") % said if said["people_told"] else ""
    contact = said["contact"]
    for heading, text in (
        (_("What happened"), said["what"]),
        (_("When it happened"), context.moment(said["happened_at"]) if said["happened_at"] else ""),
        (_("When we came to know of it"), context.moment(said["known_at"])),
        (_("Why it is reported later than 72 hours after that"), said["late_because"]),
        (_("Which data"), capital(listed(nouns, context.lang)) if nouns else _("Not known yet.")),
        (_("How many people, as far as is known"), f"{said['people']}{told}"),
        (_("Risk for the people"), capital(str(breaches.Risk(said["risk"]).label))),
        (_("Likely consequences"), said["consequences"] or "–"),
        (_("Measures taken and proposed"), said["measures"] or "–"),
        (_("Whom to ask"), ", ".join(filter(None, (contact["name"], contact["email"], contact["phone"])))),
    ):
        if text:
            yield Heading(heading)
            yield Para(text)
    yield Heading(_("What was done, and when"))
    rows = tuple((context.moment(step["at"]), step["text"]) for step in said["steps"])
    yield Grid((_("When"), _("What")), rows, (2, 5))


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
