"""The policy file: read, checked, worded, compiled into rules. Imports no Django."""

from __future__ import annotations

from gallra.policy.mistakes import Mistake, PolicyMistakes
from gallra.policy.model import Policy
from gallra.policy.reading import read_policy

__all__ = ["Mistake", "Policy", "PolicyMistakes", "read_policy"]
