"""What an entry may say: a closed list, and no place in it for a personal value (invariant 7)."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.ledger import bodies
from gallra.ledger.bodies import BODIES, Action, BodyError, check_body

C = "c0" * 32
M = "2026-02-14T02:00:00+01:00"
EXAMPLES: dict[str, dict[str, object]] = {
    "account": {"kind": "support.account", "event": "closed", "record": 7},
    "adoption": {"file": C, "previous": None, "changed": ["M16"], "findings": {"error": 3}, "reason": C, "by": C},
    "attestation": {"statement": "never sold", "until": "2027-02-14", "promises": ["M14"], "by": C},
    "blank": {"kind": "support.case", "fields": ["organisation number"], "rows": 4},
    "blank.intent": {"system": "desk", "fields": ["orgnr"], "rows": 4, "keys": [C]},
    "breach": {"breach": 3, "event": "told", "kinds": ["support.case"], "risk": "high", "people": 12},
    "check": {"statuses": {"kept": 40, "broken": 1}, "broken": ["M18"], "as_of": M},
    "correction": {"person": C, "fields": ["name", "phone"], "records": {"support.case": 2}},
    "correction.intent": {"system": "desk", "person": C, "fields": ["phone"], "by": C},
    "disclosure": {"recipient": "mailchimp", "ground": "processor", "records": {"newsletter.subscription": 1}},
    "erasure.intent": {"person": C, "asked": M, "systems": ["support", "crm"], "request": 12},
    "erasure.receipt": {
        "person": C, "erased": {"support.case": 2}, "kept": {"finance.invoice": 1}, "until": "2031-12-31",
    },
    "extract": {"person": C, "records": {"support.case": 2}, "files": 3, "file": C},
    "hold.added": {"hold": 4, "kind": "support.case", "record": 10423, "ground": C, "until": "2027-01-01", "by": C},
    "hold.released": {"hold": "5f1c2d3e-0000-4000-8000-000000000001", "by": C},
    "mailings.confirmed": {"keys": [7], "allowed": True},
    "mailings.stopped": {"keys": [7, 8], "suppressed": True, "cause": "asked"},
    "notice": {"notice": 3, "request": 7, "event": "mailed", "recipient": "mailchimp"},
    "override.brake": {"records": 500, "of": 1000, "percent": 20, "by": C},
    "override.clock": {"clock": M, "last": None, "by": C},
    "removal": {"kind": "support.case", "parts": {"support_document": 1}, "rows": 1, "by": C, "request": 4},
    "request": {
        "request": 4, "event": "received", "right": "access", "channel": "web", "due": "2026-12-23", "person": C,
    },
    "restore": {
        "backup": M, "entries": 12, "replayed": {"erasure": 2}, "skipped": [7], "unlisted": [], "unsure": [9],
        "lost": {"invoice": 2},
    },
    "restore.settled": {"keys": [7, 9], "by": C},
    "restriction": {"restriction": 3, "event": "ending", "hold": 4, "person": C, "until": "2027-01-01", "by": C},
    "review": {"kind": "crm.customer", "record": C, "decision": "keep", "next": "2027-02-14", "reason": C},
    "review.intent": {"system": "desk", "kind": "desk.quote", "record": C, "decision": "erase", "by": C},
    "rewrite": {"tables": ["support_case", "support_message"], "left": [], "through": 812, "bytes": 123_456},
    "settle": {"contacts": 3, "companies": 0, "audit": True},
    "sweep.intent": {"kind": "äldre.Ärende", "verb": "erase", "keys": C},
    "sweep.missed": {"expected": M, "last": None},
    "sweep.receipt": {
        "kind": "support.case", "verb": "archive", "records": 5000, "parts": {"support.message": 15_000},
        "cutoff": "2025-11-14", "event": "the case was closed", "promises": ["M16"], "keys": [1, -2],
    },
    "sweep.run": {"outcome": "finished", "taken": 0, "began": M, "ended": M, "taken_by_rule": {"M16 support.case": 0}},
}  # fmt: skip

PERSONAL: list[object] = [
    "bo@kund.example", "Bo Ek", "Bo-Erik Ek", "Alva Öberg", "0701234567", "+46 70 123 45 67", "19850101-1234",
    "Storgatan 5 B", "Hej! Bo ringde i går.", "", 1.5, None, ["bo@kund.example"], {"bo@kund.example": 1},
]  # fmt: skip


def test_every_action_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(BODIES) == set(get_args(Action))


@pytest.mark.parametrize("action", EXAMPLES)
def test_what_is_written_is_allowed(action: str) -> None:
    check_body(action, EXAMPLES[action])


@pytest.mark.parametrize("personal", PERSONAL, ids=repr)
@pytest.mark.parametrize("action", EXAMPLES)
def test_no_key_of_any_action_takes_a_personal_value(action: str, personal: object) -> None:
    takes_none = {key for key, check in BODIES[action].items() if check(None)}  # type: ignore[index]
    for key in {**BODIES[action], "by": 1, "reason": 1, "kind": 1, "system": 1}:  # type: ignore[index]
        if personal is None and key in takes_none:
            continue
        with pytest.raises(BodyError) as caught:
            check_body(action, {**EXAMPLES[action], key: personal})
        if isinstance(personal, str) and personal:
            assert personal not in str(caught.value)


@given(st.text(min_size=1).filter(lambda text: text not in {key for keys in BODIES.values() for key in keys}))
def test_unknown_keys_are_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(BodyError) as caught:
        check_body("settle", {"contacts": 1, f"bo {key}": 1})
    assert f"bo {key}" not in str(caught.value)


def test_unknown_actions_are_refused() -> None:
    with pytest.raises(BodyError, match=r"sweep\.receipt"):
        check_body("delete", {})


@pytest.mark.parametrize(
    ("action", "key"), [(a, k) for a, keys in bodies._REQUIRED.items() for k in sorted(keys)]
)
def test_what_an_entry_must_say(action: str, key: str) -> None:
    body = {name: value for name, value in EXAMPLES[action].items() if name != key}
    with pytest.raises(BodyError, match=f"missing: {key}"):
        check_body(action, body)


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (bodies.count, [0, 2**53 - 1], [-1, 2**53, True, "1", 1.0]),
        (bodies.key, [1, -1, "5f1c2d3e-0000-4000-8000-000000000001"], [True, "1", "x" * 36, 2**53]),
        (bodies.day, ["2026-02-28"], ["2026-02-30", "20260228", "2026-W01-1", 20260228]),
        (bodies.moment, [M, "2026-02-14T01:00:00.123456+00:00"], ["2026-02-14T01:00:00", "2026-02-14", "x" * 25]),
        (bodies.digest, [C, "sha256:" + C], ["ab", C.upper()]),
        (bodies.promise, ["S17", "M16"], ["17", "s17", "S1700", "SABCD1"]),
        (bodies.name, ["M16, M17 crm.customer", "retention[2] x.y"], ["x" * 201, "2", "a  \n b"]),
        (bodies.flag, [True, False], [0, 1]),
    ],
)  # fmt: skip
def test_forms(check: bodies.Check, right: list[object], wrong: list[object]) -> None:
    assert [value for value in right if not check(value)] == []
    assert [value for value in wrong if check(value)] == []


def test_a_list_is_of_a_batch() -> None:
    assert bodies.list_of(bodies.count)([1] * 10_000)
    assert not bodies.list_of(bodies.count)([1] * 10_001)
