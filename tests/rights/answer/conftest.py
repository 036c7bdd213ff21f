"""Answers are made under the policy that the person tests run."""

from __future__ import annotations

from tests.person.conftest import policy

__all__ = ["policy"]
