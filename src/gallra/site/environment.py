"""What this installation is told from outside: environment variables, and the secrets made once under GALLRA_HOME.

Every variable begins with `GALLRA_`. A secret may also be given by file (`GALLRA_SECRET_KEY_FILE=/run/secrets/key`).
What is missing or weak stops everything with `Misconfigured`, which names the variable and says what to set; it never
repeats the value.
"""

from __future__ import annotations

import os
import secrets as random_secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gallra.site.terminal import gettext as _

SHORTEST_SECRET = 32  # characters
FEWEST_CHARACTERS = 8  # different ones: "aaaa…" is long, and weak


class Misconfigured(Exception):
    """The installation is set up wrongly; the text names what, and says what to set."""


def home() -> Path:
    """The installation's own folder: `GALLRA_HOME`, else `~/.gallra`. It need not exist yet."""
    return Path(os.environ.get("GALLRA_HOME") or Path.home() / ".gallra").expanduser().absolute()


def own_folder(*parts: str) -> Path:
    """A folder under the home, made with mode 0700 where it is missing; nothing above the home is changed."""
    folder = home()
    for part in ("", *parts):
        folder = folder / part
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def text(name: str, default: str = "") -> str:
    """The variable `GALLRA_<name>`, or what stands in the file that `GALLRA_<name>_FILE` names."""
    variable = f"GALLRA_{name}"
    file_variable = f"{variable}_FILE"
    given, path = os.environ.get(variable), os.environ.get(file_variable)
    if given and path:
        raise Misconfigured(
            _("%(variable)s and %(file_variable)s are both set. Unset one of them.")
            % {"variable": variable, "file_variable": file_variable}
        )
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise Misconfigured(
                _("%(file_variable)s names a file that cannot be read (%(reason)s).")
                % {"file_variable": file_variable, "reason": reason}
            ) from None
    return given if given is not None else default


def flag(name: str, default: bool = False) -> bool:
    """A yes or no; anything else is a mistake, not a no."""
    given = text(name).lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(_("GALLRA_%(name)s is neither yes nor no. Set it to yes or no.") % {"name": name})


def number(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within bounds."""
    given = text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise Misconfigured(
            _("GALLRA_%(name)s is not a number from %(least)s to %(most)s. Set it to one.")
            % {"name": name, "least": least, "most": most}
        )
    return int(given)


def words(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A list, separated by commas."""
    given = tuple(word.strip() for word in text(name).split(",") if word.strip())
    return given or default


def secret(name: str, *, make: Callable[[], str] | None = None) -> str:
    """The secret called `name` (`secret_key`): as given by `GALLRA_SECRET_KEY` or its file, else as made once.

    A secret that is not given is made by `make` (256 random bits where none is passed) and kept in
    `GALLRA_HOME/secrets/<name>` with mode 0600; of two processes that make it at once, both get the one that stayed.
    Raises Misconfigured when it is weak, or when others can read the file.
    """
    variable = name.upper()
    if given := text(variable):
        _refuse_weak(given, f"GALLRA_{variable}")
        return given
    path = own_folder("secrets") / name
    if not path.exists():
        _write_once(path, (make or random_secret)())
    return _read_own(path)


def known_secret(name: str) -> str | None:
    """The secret if it is given or was made before, else None: for what must work before anything is set up."""
    if given := text(name.upper()):
        _refuse_weak(given, f"GALLRA_{name.upper()}")
        return given
    path = home() / "secrets" / name
    return _read_own(path) if path.exists() else None


def random_secret() -> str:
    """256 random bits as text."""
    return random_secrets.token_urlsafe(32)


def _refuse_weak(value: str, variable: str) -> None:
    if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_CHARACTERS:
        raise Misconfigured(
            _(
                "%(variable)s is weak. Set it to at least %(least)s random characters, such "
                'as: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
            % {"variable": variable, "least": SHORTEST_SECRET}
        )


def _read_own(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Misconfigured(
            _(
                "%(path)s can be read by others (mode %(mode)o). Take that away (chmod 600), and replace "
                "the secret if somebody may have read it."
            )
            % {"path": path, "mode": mode}
        )
    value = path.read_text(encoding="utf-8").strip()
    _refuse_weak(value, str(path))
    return value


def _write_once(path: Path, value: str) -> None:
    """Write the whole file or nothing, and never over one that is there."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first; its value stays
            os.link(draft, path)
    finally:
        Path(draft).unlink()
