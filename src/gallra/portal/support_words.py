"""What a form of the customers' portal says of itself (Article 13): what for, with which fields, on which basis, in the
policy page's own sentences.
"""

from __future__ import annotations

from gallra.policy.wording.grammar import Lang
from gallra.policy.wording.sentences import purposes as sentences
from gallra.running.installed import running


def purposes(kind: str, lang: Lang) -> tuple[str, ...]:
    """Sentences about each purpose that records of the kind serve."""
    said: list[str] = []
    for purpose in running().policy.purpose.values():
        if kind in purpose.records:
            said.append(sentences.why(purpose.text[lang], purpose.fields, lang))
            said.append(
                sentences.basis(purpose.basis, lang) if purpose.basis else sentences.basis_missing(lang)
            )
    return tuple(said)
