"""Settings from the environment: what is missing or weak is refused by name, secrets are made once and stay closed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from gallra.site import environment
from gallra.site.environment import Misconfigured

GOOD = "a-secret-of-thirty-two-characters-and-more"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GALLRA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_secret_is_made_once_and_closed(home: Path) -> None:
    first = environment.secret("ledger_key")
    assert len(first) >= 43  # 256 bits
    assert environment.secret("ledger_key", make=lambda: "another") == first
    assert environment.known_secret("ledger_key") == first
    file = home / "secrets" / "ledger_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def _make(home: str) -> str:
    os.environ["GALLRA_HOME"] = home
    return environment.secret("shared")


def test_of_many_that_make_a_secret_at_once_all_get_the_same(home: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert len(set(pool.map(_make, [str(home)] * 16))) == 1


def test_nothing_is_made_by_looking(home: Path) -> None:
    assert environment.known_secret("secret_key") is None
    assert not home.exists()


def test_a_secret_that_others_can_read_is_refused(home: Path) -> None:
    environment.secret("secret_key")
    file = home / "secrets" / "secret_key"
    value = file.read_text().strip()
    file.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600") as refusal:
        environment.secret("secret_key")
    assert value not in str(refusal.value)


@pytest.mark.parametrize("weak", ["short", "a" * 64, "abc" * 20])
def test_a_weak_secret_is_refused_by_its_name(home: Path, monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("GALLRA_SECRET_KEY", weak)
    for ask in (environment.secret, environment.known_secret):
        with pytest.raises(Misconfigured, match=r"GALLRA_SECRET_KEY is weak\. Set it to") as refusal:
            ask("secret_key")
        assert weak not in str(refusal.value)


def test_a_secret_by_file(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "given"
    file.write_text(GOOD + "\n")
    monkeypatch.setenv("GALLRA_SECRET_KEY_FILE", str(file))
    assert environment.secret("secret_key") == GOOD
    monkeypatch.setenv("GALLRA_SECRET_KEY", GOOD)
    with pytest.raises(Misconfigured, match="GALLRA_SECRET_KEY and GALLRA_SECRET_KEY_FILE are both set"):
        environment.secret("secret_key")
    monkeypatch.delenv("GALLRA_SECRET_KEY")
    file.unlink()
    with pytest.raises(Misconfigured, match="GALLRA_SECRET_KEY_FILE names a file that cannot be read"):
        environment.secret("secret_key")


def _settings(**given: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, with nothing else of Gallra's in the environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GALLRA_")}
    shown = "s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.DEMO, s.EMAIL_BACKEND"
    code = f"from gallra.site import settings as s; print({shown})"
    return subprocess.run(
        [sys.executable, "-c", code], env={**clean, **given}, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ADDRESS", "http://integritet.example", "Set it to https://name"),
        ("ADDRESS", "integritet.example", "is not an address"),
        ("ADDRESS", "https://integritet.example/path", "without a path"),
        ("SECRET_KEY", "secret", "is weak"),
        ("SMTP_URL", "mail.example", "Set it to smtp://"),
        ("BEHIND_PROXY", "perhaps", "Set it to yes or no"),
        ("DATABASE_URL", "postgresql://app@db.example/gallra", "GALLRA_DATABASE_OWNER_URL is not. Set both"),
        ("DATABASE_OWNER_URL", "postgresql://app@db.example/gallra", "GALLRA_DATABASE_URL is not. Set both"),
    ],
)
def test_a_wrong_setting_stops_by_its_name(tmp_path: Path, name: str, value: str, says: str) -> None:
    done = _settings(GALLRA_HOME=str(tmp_path), **{f"GALLRA_{name}": value})
    assert done.returncode == 1
    assert f"GALLRA_{name}" in done.stderr
    assert says in done.stderr


@pytest.mark.parametrize(
    "url", ["not an address", "postgresql://db.example/gallra", "postgresql://app@db.example"]
)
def test_a_wrong_database_address_is_told_without_repeating_it(tmp_path: Path, url: str) -> None:
    good = "postgresql://gallra_owner:hidden-word@db.example/gallra"
    done = _settings(GALLRA_HOME=str(tmp_path), GALLRA_DATABASE_URL=url, GALLRA_DATABASE_OWNER_URL=good)
    assert done.returncode == 1
    assert "GALLRA_DATABASE_URL" in done.stderr
    assert "Set it to postgresql://" in done.stderr
    assert "hidden-word" not in done.stderr


def test_settings_need_neither_database_nor_home(tmp_path: Path) -> None:
    done = _settings(GALLRA_HOME=str(tmp_path / "none"))
    assert done.stdout.split()[-3:-1] == ["False", "False"]
    assert not (tmp_path / "none").exists()


def test_an_encrypted_address_closes_the_cookies(tmp_path: Path) -> None:
    done = _settings(
        GALLRA_HOME=str(tmp_path), GALLRA_ADDRESS="https://integritet.example", GALLRA_DEMO="yes"
    )
    assert done.stdout.strip().startswith("['integritet.example'] True False"), done.stderr
