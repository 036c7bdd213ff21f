"""Two seeded faults for everything that `check` looks for: an edit to a mended policy, or to the live
tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.policy.editing import cut, put

Live = dict[str, set[str]]


@dataclass(frozen=True)
class Seed:
    """A fault: the mended file it is put into, and how."""

    base: str
    edit: Callable[[str], str] = lambda text: text
    live: Callable[[Live], None] | None = None


def swinx(*edits: tuple[str, str, str | None]) -> Seed:
    return Seed("swinx-mended", _edits(edits))


def munkeby(*edits: tuple[str, str, str | None]) -> Seed:
    return Seed("munkeby-mended", _edits(edits))


def _edits(edits: tuple[tuple[str, str, str | None], ...]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for table, key, value in edits:
            text = cut(text, table) if key == "CUT" else put(text, table, key, value)
        return text

    return edit


def added(text: str) -> Callable[[str], str]:
    return lambda before: before + "\n" + text


def tables(change: Callable[[Live], None]) -> Seed:
    return Seed("swinx-mended", live=change)


ALL = (
    '["access", "rectification", "erasure", "restriction", "objection", "portability", "withdrawal", "complaint", '
    '"stop mailings"]'
)


def rights_without(right: str) -> str:
    return ALL.replace(f'"{right}", ', "").replace(f', "{right}"', "")


CRM = '"documents with descriptions", "e-mail dialogue", "technical information", "contact notes"'
NO_STOP = ("rights", "offered", rights_without("stop mailings"))

SEEDS: dict[str, tuple[Seed, Seed]] = {
    "controller-identity": (
        swinx(("controller", "organisation_number", None)),
        munkeby(("controller", "phone", None), ("controller", "address", None)),
    ),
    "organisation-number": (
        swinx(("controller", "organisation_number", '"559999-0017"')),
        munkeby(("controller", "organisation_number", '"12345"')),
    ),
    "act-repealed": (
        swinx(("controller", "follows", '["PuL"]')),
        munkeby(("purpose.bookkeeping", "statute", '"bokföringslagen (1976:125)"')),
    ),
    "authority-missing": (
        swinx(("controller", "authority", None)),
        munkeby(("controller", "authority", None)),
    ),
    "authority-renamed": (
        swinx(("controller", "authority", '"Data Inspection Board"')),
        munkeby(("controller", "authority", '"Datainspektionen"')),
    ),
    "authority-unknown": (
        swinx(("controller", "authority", '"Konsumentverket"')),
        munkeby(("controller", "authority", '"Integritetsverket"')),
    ),
    "basis-missing": (
        swinx(("purpose.orders", "basis", None)),
        munkeby(("purpose.agreements", "basis", None)),
    ),
    "statute-missing": (
        swinx(("purpose.law", "statute", None)),
        munkeby(("purpose.bookkeeping", "statute", None)),
    ),
    "statute-unknown": (
        swinx(("purpose.law", "statute", '"bokförningslagen"')),
        munkeby(("purpose.bookkeeping", "statute", '"1999:107"')),
    ),
    "interest-missing": (
        swinx(("purpose.demo.interest", "CUT", None)),
        munkeby(("purpose.login.interest", "CUT", None)),
    ),
    "interest-untested": (
        swinx(("purpose.demo.interest", "tested", None)),
        munkeby(("purpose.login.interest", "tested", "2020-01-01")),
    ),
    "giving-missing": (
        swinx(("purpose.news", "giving", None)),
        munkeby(("purpose.mailings", "giving", None)),
    ),
    "consequence-missing": (
        swinx(("purpose.law", "otherwise", None)),
        munkeby(("purpose.agreements", "otherwise", None)),
    ),
    "purpose-without-fields": (
        swinx(("purpose.newsletter", "fields", None)),
        munkeby(("purpose.business", "fields", None)),
    ),
    "kind-without-purpose": (
        swinx(("purpose.orders", "records", '["finance.agreement"]')),
        munkeby(("purpose.business", "records", '["crm.customer"]')),
    ),
    "source-missing": (swinx(("collected", "elsewhere", None)), munkeby(("collected", "CUT", None))),
    "place-country-missing": (swinx(("place.own", "country", None)), munkeby(("place.own", "country", None))),
    "system-place-missing": (swinx(("system.crm", "place", None)), munkeby(("system.crm", "place", None))),
    "host-unnamed": (swinx(("place.own", "servers", '"hosting partner"')), munkeby(("place.us", "by", None))),
    "safeguard-missing": (swinx(("place.own", "country", '"US"')), munkeby(("place.us", "safeguard", None))),
    "safeguard-void": (
        munkeby(("place.us", "safeguard", '{ kind = "EU-US Privacy Shield", checked = 2026-11-02 }')),
        munkeby(("place.us", "safeguard", '{ kind = "safe harbor" }')),
    ),
    "safeguard-unknown": (
        munkeby(("place.us", "safeguard", '{ kind = "a handshake", checked = 2026-11-02 }')),
        munkeby(("place.us", "country", '"IN"')),
    ),
    "safeguard-unchecked": (
        munkeby(("place.us", "safeguard", '{ kind = "SCC" }')),
        munkeby(("place.us", "safeguard", '{ kind = "Data Privacy Framework", checked = 2024-01-01 }')),
    ),
    "recipients-unstated": (swinx(("sharing", "recipients", None)), swinx(("sharing", "CUT", None))),
    "sharing-contradicts": (
        munkeby(("recipient.dgc", "role", '"controller"')),
        munkeby(("sharing", "recipients", '"none"')),
    ),
    "connector-recipient-missing": (
        munkeby(("system.crm", "connector", '"dynamics365"'), ("system.crm", "recipients", None)),
        munkeby(("system.newsletter", "connector", '"mailchimp"'), ("system.newsletter", "recipients", None)),
    ),
    "recipient-role-missing": (
        munkeby(("recipient.dgc", "role", None)),
        munkeby(("recipient.mailchimp", "role", None)),
    ),
    "recipient-task-missing": (
        munkeby(("recipient.dgc", "does", None)),
        munkeby(("recipient.mailchimp", "does", None)),
    ),
    "agreement-missing": (
        munkeby(("recipient.dgc", "agreement", None)),
        munkeby(("recipient.microsoft", "agreement", '{ reference = "2026/7" }')),
    ),
    "recipient-place-missing": (
        munkeby(("recipient.dgc", "place", None)),
        munkeby(("recipient.mailchimp", "place", None)),
    ),
    "recipient-unused": (
        munkeby(("place.eu", "by", '["microsoft", "sitedirect"]')),
        munkeby(("place.eu", "by", '["microsoft", "dgc"]')),
    ),
    "right-missing": (
        swinx(("rights", "offered", rights_without("portability"))),
        munkeby(("rights", "offered", rights_without("complaint"))),
    ),
    "erasure-narrowed": (
        swinx(("rights", "erasure_of", '"wrong data"')),
        munkeby(("rights", "erasure_of", None)),
    ),
    "channels-missing": (swinx(("rights", "channels", "[]")), munkeby(("rights", "channels", None))),
    "withdrawal-missing": (
        swinx(("rights", "withdrawal", None)),
        munkeby(("rights", "offered", rights_without("withdrawal"))),
    ),
    "decisions-missing": (
        swinx(("rights", "automated_decisions", None)),
        munkeby(("rights", "automated_decisions", None)),
    ),
    "form-unconfirmed": (
        swinx(("form.stop", "confirm", None)),
        Seed("munkeby-mended", added('[form.mine]\ndoes = ["access"]')),
    ),
    "form-right-missing": (
        swinx(NO_STOP, ("purpose.news", "to", None), ("purpose.newsletter", "to", None)),
        Seed(
            "munkeby-mended",
            lambda text: added('[form.stop]\ndoes = ["stop mailings"]')(
                put(put(text, "purpose.mailings", "to", None), *NO_STOP)
            ),
        ),
    ),
    "mailing-consent-missing": (
        swinx(("purpose.news", "to", '["customer", "prospect"]')),
        munkeby(("purpose.mailings", "basis", '"contract"')),
    ),
    "stop-mailings-missing": (swinx(NO_STOP, ("form.stop", "does", '["erasure"]')), munkeby(NO_STOP)),
    "period-missing": (
        munkeby(("retention[9]", "CUT", None), ("retention[8]", "CUT", None)),
        munkeby(("retention[7]", "CUT", None)),
    ),
    "review-without-end": (
        swinx(
            (
                "retention[2]",
                "records",
                '["support.case", "licensing.licence", "crm.customer", "crm.prospect", "newsletter.subscription"]',
            )
        ),
        munkeby(("retention[3]", "CUT", None)),
    ),
    "records-uncovered": (swinx(("retention[3]", "CUT", None)), swinx(("retention[4]", "CUT", None))),
    "retention-under-obligation": (
        munkeby(("retention[6]", "floor", None)),
        munkeby(("retention[7]", "keep", '"7 years"')),
    ),
    "floor-without-statute": (
        swinx(("retention[3]", "floor", '"bokföringslagen"')),
        munkeby(("retention[8]", "floor", '"preskriptionslagen (1981:130)"')),
    ),
    "longer-than-obligation": (
        swinx(("retention[1]", "after", '"the invoice was issued"'), ("retention[1]", "floor", '"BFL"')),
        munkeby(
            ("retention[7]", "after", '"the invoice was issued"'), ("retention[7]", "floor", '"1999:1078"')
        ),
    ),
    "backups-missing": (swinx(("backups", "CUT", None)), munkeby(("backups", "CUT", None))),
    "routine-missing": (swinx(("routine", "CUT", None)), munkeby(("routine", "CUT", None))),
    "kind-unknown": (
        munkeby(("retention[0]", "records", '["support.case", "support.cas"]')),
        swinx(("purpose.demo", "records", '["crm.prospect", "crm.lead"]')),
    ),
    "event-unknown": (
        munkeby(("review[0]", "sooner", '"the last agreement ended"')),
        munkeby(("retention[5]", "after", '"the account was shut"')),
    ),
    "condition-unknown": (
        munkeby(("retention[4]", "when", '"often used"')),
        munkeby(("retention[5]", "unless", '"still used"')),
    ),
    "kind-in-no-system": (
        munkeby(
            ("purpose.agreements", "records", '["finance.agreement", "finance.invoice", "licensing.licence"]')
        ),
        munkeby(("retention[3]", "records", '["crm.customer", "crm.partner"]')),
    ),
    "kind-in-two-systems": (
        munkeby(("system.finance", "records", '["finance.agreement", "finance.invoice", "support.account"]')),
        munkeby(("system.newsletter", "records", '["newsletter.subscription", "support.account"]')),
    ),
    "kind-cannot-archive": (
        swinx(("retention[4]", "then", '"archive"')),
        Seed(
            "munkeby-mended",
            added(
                '[[retention]]\nrecords = ["gallra.session"]\nafter = "the session expired"\nkeep = "2 days"\n'
                'then = "archive"'
            ),
        ),
    ),
    "kind-cannot-be-reviewed": (
        Seed(
            "swinx-mended",
            added('[[review]]\nrecords = ["support.case"]\nafter = "the case was opened"\nevery = "2 years"'),
        ),
        Seed(
            "munkeby-mended",
            added('[[review]]\nrecords = ["support.account"]\nafter = "last sign-in"\nevery = "12 months"'),
        ),
    ),
    "field-not-stored": (
        swinx(("purpose.newsletter", "fields", '["name", "company", "email", "title"]')),
        munkeby(("purpose.mailings", "fields", '["name", "email", "phone"]')),
    ),
    "holds-missing": (
        swinx(("system.licensing", "holds", None)),
        munkeby(("system.newsletter", "holds", None)),
    ),
    "holds-incomplete": (
        swinx(("system.licensing", "holds", '["number of users", "number of companies", "licence number"]')),
        munkeby(("system.support", "holds", f"[{CRM}]")),
    ),
    "holds-unknown": (
        swinx(
            (
                "system.licensing",
                "holds",
                '["number of users", "number of companies", "add-ons", "licence number", "shoe size"]',
            )
        ),
        munkeby(("system.newsletter", "holds", '["opens and clicks"]')),
    ),
    "table-undeclared": (
        tables(lambda live: live.update(old_contacts={"id", "name"})),
        tables(lambda live: live.update(staff_notes={"text"})),
    ),
    "column-undeclared": (
        tables(lambda live: live["support_contact"].add("birthday")),
        tables(lambda live: live["django_session"].add("ip_address")),
    ),
    "column-missing": (
        tables(lambda live: live["support_case"].remove("solution")),
        tables(lambda live: live["procrastinate_jobs"].remove("args")),
    ),
}
