"""Every person lives under a policy that keeps what the law says and stays silent else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.person.world import NIGHT
from tests.running.world import adopted

POLICY = (Path(__file__).parents[2] / "policies" / "munkeby-mended.toml").read_text("utf-8")


@pytest.fixture
def policy(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Munkeby's mended policy runs; documents lie in a folder of the test's own."""
    settings.DOCUMENTS_ROOT = tmp_path / "documents"
    adopted(POLICY, at=NIGHT.replace(year=2026, month=1))
