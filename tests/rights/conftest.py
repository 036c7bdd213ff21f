"""Documents and answers lie in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder under which documents and answers are stored."""
    monkeypatch.setattr(settings, "DOCUMENTS_ROOT", tmp_path / "documents")
    return tmp_path
