"""Where one complains, and which court can be asked: what every refusal names (Articles 12(4), 77 and 79)."""

from __future__ import annotations

from gallra.policy.law import load_law
from gallra.running.installed import running


def complaint(language: str) -> dict[str, str]:
    """Where to complain and which court can be asked. Raises NoPolicy."""
    law, policy = load_law(), running().policy
    authority = law.authority(policy.controller.authority or "") or next(iter(law.authorities))
    stated = policy.rights.court if policy.rights else None
    court = (stated or law.court)["sv" if language == "sv" else "en"]
    return {
        "authority": authority.name, "authority_short": authority.short, "authority_url": authority.url,
        "authority_email": authority.email, "court": court,
    }  # fmt: skip
