"""Random policies: every table and key of the language, present or not, for properties of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from hypothesis import strategies as st

from gallra.kinds import FIELDS
from gallra.policy import words
from gallra.policy.law import own_records
from gallra.policy.model import Policy
from gallra.policy.wording.words import HOLDS
from gallra.systems.own import kinds

RECORDS = tuple(kinds())
TEXT = {"sv": "göra något bra", "en": "do something good"}
WHOLE = {"sv": "Vi vill göra något bra.", "en": "We want to do something good."}
SPANS = st.sampled_from(("3 months", "1 year", "24 months", "2 weeks", "1 day", "P1Y2M"))


def in_order(found: dict[str, Any]) -> str:
    """A table as text, whatever order its keys were drawn in."""
    return repr(sorted(found.items()))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value or, where it is None, no key at all (see `table`)."""
    return st.none() | strategy


def table(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table of the file: keys whose value is None are left out; a trailing underscore is dropped from the key."""
    return st.fixed_dictionaries(parts).map(
        lambda found: {key.rstrip("_"): value for key, value in found.items() if value is not None}
    )


def some(choices: Any, smallest: int = 0) -> st.SearchStrategy[list[str]]:
    """Some of a closed set of words."""
    return st.lists(st.sampled_from(sorted(choices)), min_size=smallest, unique=True)


ATTESTED = maybe(st.just({"by": "controller", "every": "12 months"}))
CONTROLLER = table(
    name=st.sampled_from(("SWINX", "Bolaget")),
    email=maybe(st.just("post@bolaget.example")),
    phone=maybe(st.just("040-1")),
    address=maybe(st.just("Gatan 1, Malmö")),
    organisation_number=maybe(st.just("559999-0016")),
    website=maybe(st.just("https://bolaget.example")),
    officer=maybe(st.just({"name": "Alva", "email": "alva@bolaget.example"})),
    follows=some(("GDPR", "PuL", "dataskyddslagen", "1976:125", "Kyrkolagen")),
    authority=maybe(st.sampled_from(("IMY", "Datainspektionen", "Tinget"))),
    promises=st.just(["S4", "S5", "M25", "M26"]),
)
SAFEGUARD = table(
    kind=st.sampled_from(("EU-US Privacy Shield", "DPF", "SCC", "Handslag")),
    checked=maybe(st.just("2026-11-02")),
    reference=maybe(st.just("dnr 7")),
)
PLACE = table(
    title=maybe(st.just({"sv": "salen", "en": "hall"})),
    servers=st.sampled_from(("own", "hosting partner")),
    by=some(("bud", "vaktis")),
    country=maybe(st.sampled_from(("SE", "US", "CH"))),
    region=maybe(st.just("EU")),
    safeguard=maybe(SAFEGUARD),
    promises=st.just(["M12"]),
)
RECIPIENT = table(
    name=st.sampled_from(("Microsoft", "DGC")),
    role=maybe(st.sampled_from(get_args(words.Role))),
    does=maybe(st.just(TEXT)),
    agreement=maybe(table(date=maybe(st.just("2026-03-02")), reference=maybe(st.just("avtal 3")))),
    place=maybe(st.sampled_from(("hemma", "borta"))),
    policy=maybe(table(title=st.just("Sekretess"), url=maybe(st.just("https://bud.example/s")))),
    promises=st.just(["M13"]),
)


def system(title: str) -> st.SearchStrategy[dict[str, Any]]:
    return table(
        title=st.just({"sv": title, "en": title}),
        records=some(RECORDS, 1),
        holds=maybe(some(HOLDS)),
        place=maybe(st.sampled_from(("hemma", "borta"))),
        recipients=some(("bud", "vaktis")),
        prefilled_from=some(("ena",)),
        promises=st.just(["S1", "S8", "M7"]),
        reading=maybe(st.just({"sv": "Så läser vi.", "en": "So we read."})),
    )


PURPOSE = table(
    text=st.just(TEXT),
    basis=maybe(st.sampled_from(get_args(words.Basis))),
    statute=maybe(
        st.sampled_from(("bokföringslagen (1999:1078) 7 kap. 2 §", "marknadsföringslagen", "Balken 3:1"))
    ),
    interest=maybe(
        table(text=st.just(WHOLE), test=maybe(st.just(WHOLE)), tested=maybe(st.just("2026-10-20")))
    ),
    to=some(get_args(words.Audience)),
    records=some(RECORDS, 1),
    fields=maybe(some(FIELDS)),
    giving=maybe(st.sampled_from(get_args(words.Giving))),
    otherwise=maybe(st.just(WHOLE)),
    promises=st.just(["S6", "S10", "S12", "M8"]),
)
FLAGS = maybe(st.sampled_from(("dialogue with the company", "full moon")))
EVENTS = sorted({event.name for kind in kinds().values() for event in kind.events} | {"the moon rose"})
RETENTION = table(
    records=some((*RECORDS, *own_records(), "erp.order"), 1),
    after=st.sampled_from(EVENTS),
    keep=SPANS | st.just("at once"),
    then=st.sampled_from(("archive", "erase")),
    when=FLAGS,
    unless=FLAGS,
    floor=maybe(st.sampled_from(("bokföringslagen", "marknadsföringslagen", "Balken"))),
    promises=st.just(["S17", "M20"]),
).filter(lambda rule: rule.get("when") != rule.get("unless") or "when" not in rule)
REVIEW = table(
    records=some(RECORDS, 1),
    after=st.sampled_from(EVENTS),
    every=SPANS,
    sooner=maybe(st.sampled_from(EVENTS)),
    asks=some(get_args(words.ReviewAsks)),
    promises=st.just(["M17", "M18"]),
)
RIGHTS = table(
    offered=some(get_args(words.Right)),
    channels=some(get_args(words.Channel)),
    erasure_of=maybe(st.sampled_from(("all data", "wrong data"))),
    withdrawal=maybe(st.just(WHOLE)),
    automated_decisions=maybe(st.just("none")),
    promises=st.just(["S15", "S16", "M21"]),
    reading=maybe(st.just({"sv": "Så läser vi.", "en": "So we read."})),
)
FORM = table(
    title=maybe(st.just({"sv": "Sluta", "en": "Leave"})),
    does=some(get_args(words.FormDoes), 1),
    confirm=maybe(st.just("email")),
    asks=some(("reason",)),
    promises=st.just(["S19", "S20", "S21", "S22"]),
)
POLICY = table(
    controller=CONTROLLER,
    collected=maybe(
        table(
            from_=some(get_args(words.WayIn)),
            elsewhere=maybe(some(get_args(words.Elsewhere))),
            promises=st.just(["S2"]),
        )
    ),
    place=st.fixed_dictionaries({"hemma": PLACE, "borta": PLACE}),
    staff=maybe(table(place=st.just("Malmö"), attested=ATTESTED, promises=st.just(["M10"]))),
    system=st.fixed_dictionaries({"ena": system("Ärenden"), "andra": system("Avtal och fakturor")}),
    purpose=st.dictionaries(st.sampled_from(("stöd", "brev")), PURPOSE),
    retention=st.lists(RETENTION, max_size=4, unique_by=in_order),
    review=st.lists(REVIEW, max_size=2, unique_by=in_order),
    obligation=st.lists(st.just({"statute": {"sv": "balken", "en": "the code"}, "years": 10}), max_size=1),
    routine=maybe(st.just({"sweep": "daily 02:00", "promises": ["S14"]})),
    recipient=st.fixed_dictionaries({"bud": RECIPIENT, "vaktis": RECIPIENT}),
    sharing=maybe(
        table(
            third_parties=maybe(st.just("never")),
            recipients=maybe(st.just("none")),
            except_=some(get_args(words.Exception_)),
            attested=ATTESTED,
            promises=st.just(["S13", "M15"]),
        )
    ),
    rights=maybe(RIGHTS),
    form=st.dictionaries(st.just("stop"), FORM),
    backups=maybe(table(keep=SPANS, place=maybe(st.just("hemma")), text=maybe(st.just(WHOLE)))),
    page=table(
        title=maybe(st.just(WHOLE)),
        intro=maybe(st.just(WHOLE)),
        changes=maybe(st.just(WHOLE)),
        show_promises=st.booleans(),
        show_version=st.booleans(),
    ),
    statement=st.lists(
        table(
            kept_by=st.sampled_from(get_args(words.KeptBy)),
            text=maybe(st.just(WHOLE)),
            promises=st.just(["M5"]),
        ),
        max_size=2,
        unique_by=in_order,
    ),
)


def policies(change: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> st.SearchStrategy[Policy]:
    """Policies that the language allows, with faults that only `check` finds. `change` is made before they are read."""
    return POLICY.map(lambda found: Policy.model_validate(change(found)))
