"""`policy` and the declarations import no Django: a policy is checked without a database or settings."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "gallra.policy",
        "gallra.policy.check",
        "gallra.policy.compare",
        "gallra.policy.rules",
        "gallra.systems.gallra",
    ],
)
def test_no_django_is_imported(module: str) -> None:
    heavy = "any(name.split('.')[0] in ('django', 'sqlalchemy') for name in sys.modules)"
    code = f"import sys, {module}; sys.exit({heavy})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
