"""How long Gallra's own records are kept: the defaults of law/own.toml, or what the policy says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gallra.policy.law import OwnRecord, own_records
from gallra.policy.model import Policy


def own_periods(policy: Policy) -> Mapping[str, OwnRecord]:
    """The rule of each of Gallra's own record kinds under a policy. Several retentions on one kind: the
    shortest wins."""
    found = dict(own_records())
    stated: dict[str, OwnRecord] = {}
    for rule in policy.retention:
        for kind in rule.records:
            if kind in found:
                wanted = replace(found[kind], after=rule.after, keep=rule.keep, then=rule.then)
                if kind not in stated or wanted.keep.longest_days < stated[kind].keep.longest_days:
                    stated[kind] = wanted
    return found | stated
