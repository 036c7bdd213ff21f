"""Where Gallra's own database is, and as whom it is spoken to.

Two roles: `gallra_owner` owns the tables and is used for migrations and grants only (alias `owner`); `gallra_app` does
the work (alias `default`), owns nothing, and may not change what is append-only. The server is the embedded one under
GALLRA_HOME, or any PostgreSQL 15 or newer by GALLRA_DATABASE_URL and GALLRA_DATABASE_OWNER_URL.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from gallra.site import binaries
from gallra.site.environment import Misconfigured, home, known_secret, own_folder, secret, text
from gallra.site.server import LONGEST_SOCKET_PATH, PORT, SUPERUSER, Say, Server
from gallra.site.terminal import gettext as _

OLDEST = 150000  # PostgreSQL 15, as the server writes its version
OWNER = "gallra_owner"
APP = "gallra_app"


def embedded() -> bool:
    """Whether the database is the embedded one: no address was given."""
    given, owner = text("DATABASE_URL"), text("DATABASE_OWNER_URL")
    if bool(given) != bool(owner):
        there, missing = ("", "OWNER_") if given else ("OWNER_", "")
        raise Misconfigured(
            _(
                "GALLRA_DATABASE_%(there)sURL is set and GALLRA_DATABASE_%(missing)sURL is not. Set "
                "both, with two roles: the one in DATABASE_OWNER_URL owns the tables, the one in "
                "DATABASE_URL only works in them."
            )
            % {"there": there, "missing": missing}
        )
    return not given


def folder() -> Path:
    """The embedded server's folder: GALLRA_DATABASE_FOLDER, else `postgres` in the home. Started by root, a server
    that runs as another user cannot reach into a closed home, so its folder is under /var/lib/gallra then."""
    if given := text("DATABASE_FOLDER"):
        return Path(given).expanduser().absolute()
    if os.geteuid() == 0:
        return binaries.STATE / _fingerprint(home())
    return home() / "postgres"


def socket_folder() -> Path:
    """Where the socket is: in the server's folder, or, where that path is too long for a socket, in a folder of
    mode 0700 among the temporary ones, named after it."""
    wanted = folder() / "socket"
    if len(str(wanted / f".s.PGSQL.{PORT}").encode()) <= LONGEST_SOCKET_PATH:
        return wanted
    return Path(tempfile.gettempdir()) / f"gallra-{os.geteuid()}-{_fingerprint(folder())}"


def name() -> str:
    """The embedded database's name."""
    return text("DATABASE_NAME", "gallra")


def aliases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES. Reads the environment only: neither a server nor the secrets need be there yet."""
    if embedded():
        place: dict[str, Any] = {"HOST": str(socket_folder()), "PORT": str(PORT), "NAME": name()}
        default = {**place, "USER": APP, "PASSWORD": known_secret("database_app") or ""}
        owner = {**place, "USER": OWNER, "PASSWORD": known_secret("database_owner") or ""}
        return {"default": _alias(default, {}), "owner": _alias(owner, {})}
    return {
        "default": _alias(*_read_address("DATABASE_URL")),
        "owner": _alias(*_read_address("DATABASE_OWNER_URL")),
    }


def hosts() -> frozenset[str]:
    """The hosts of a database given by address; the egress guard lets these through."""
    if embedded():
        return frozenset()
    return frozenset(
        str(alias["HOST"])
        for alias in aliases().values()
        if alias["HOST"] and not alias["HOST"].startswith("/")
    )


@contextmanager
def running(say: Say) -> Iterator[None]:
    """The database answers, has its roles, and is fit for use, for as long as the block runs.

    The embedded server is started where it does not run, and stopped when nobody uses it any more. Another server is
    checked: Misconfigured says what is wrong with it.
    """
    if not embedded():
        _check_given(say)
        yield
        return
    _refuse_orphan()
    for role in ("superuser", "owner", "app"):
        secret(f"database_{role}")
    with embedded_server().running(
        password=secret("database_superuser"), say=say, prepare=_make_roles_and_database
    ):
        yield


def _refuse_orphan() -> None:
    """A database whose passwords went with its home lets nobody in; it is never thrown away by itself."""
    if embedded_server().made() and known_secret("database_superuser") is None:
        raise Misconfigured(
            _(
                "There is a database in %(folder)s, and its passwords are missing in %(home)s. Nothing was changed. "
                "Put the folder `secrets` back from your backup; or, if that database is wanted no more, remove "
                "%(folder)s to begin anew."
            )
            % {"folder": folder(), "home": home()}
        )


def embedded_server(**settings: str) -> Server:
    """The embedded server of this installation; nothing is started."""
    own_folder()
    if os.geteuid() == 0 and binaries.STATE in folder().parents:
        binaries.make_state_folder()
    user = binaries.os_user()
    extra = dict(pair.split("=", 1) for pair in text("DATABASE_SETTINGS").split(";") if "=" in pair)
    return Server(
        folder=folder(),
        socket=socket_folder(),
        programs=binaries.programs(user),
        user=user,
        settings={**extra, **settings},
    )


def superuser_address(dbname: str = "postgres") -> str:
    """The embedded server's superuser, for making databases."""
    return conninfo.make_conninfo(
        host=str(socket_folder()),
        port=PORT,
        user=SUPERUSER,
        password=secret("database_superuser"),
        dbname=dbname,
    )


def address(alias: str) -> str:
    """The alias (`default` or `owner`) as an address for libpq; holds the password, so never shown."""
    found = aliases()[alias]
    extra = {key: value for key, value in found["OPTIONS"].items() if key in _LIBPQ_OPTIONS}
    return conninfo.make_conninfo(
        host=found["HOST"] or None,
        port=found["PORT"] or None,
        user=found["USER"],
        password=found["PASSWORD"] or None,
        dbname=found["NAME"],
        **extra,
    )


_LIBPQ_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "options", "service"}
)


def _alias(place: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        **place,
        # Values travel apart from the statement, so that no statement in a log or a view of the server holds one.
        "OPTIONS": {"server_side_binding": True, **options},
    }


def _read_address(variable: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        found = dict(conninfo.conninfo_to_dict(text(variable)))
    except psycopg.ProgrammingError:
        raise Misconfigured(
            _(
                "GALLRA_%(variable)s is not a PostgreSQL address. Set it to "
                "postgresql://user:password@host:5432/database."
            )
            % {"variable": variable}
        ) from None
    for part in ("user", "dbname"):
        if not found.get(part):
            raise Misconfigured(
                _(
                    "GALLRA_%(variable)s names no %(part)s. Set it to "
                    "postgresql://user:password@host/database."
                )
                % {"variable": variable, "part": part}
            )
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    place = {django: str(found.pop(libpq, "") or "") for django, libpq in names.items()}
    return place, found


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _make_roles_and_database() -> None:
    """The two roles with their passwords, and the database, owned by the one and open to the other."""
    with psycopg.connect(superuser_address(), autocommit=True) as connection:
        for role, password in ((OWNER, secret("database_owner")), (APP, secret("database_app"))):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            # Sent as the hash that the server keeps: the password itself stays here.
            verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(verifier.decode())
                )
            )
        for role in (SUPERUSER, OWNER, APP):
            # 'invalid input syntax for type integer: "…"' carries the value in the message itself. Whoever asked gets
            # it; the log keeps the errors of the server's own processes only.
            connection.execute(
                sql.SQL("ALTER ROLE {} SET log_min_messages = 'log'").format(sql.Identifier(role))
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name(),)).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name()), sql.Identifier(OWNER))
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name())))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name()), sql.Identifier(APP))
        )
        connection.execute(sql.SQL("GRANT pg_checkpoint TO {}").format(sql.Identifier(OWNER)))
    with psycopg.connect(superuser_address(name()), autocommit=True) as connection:
        # A rewrite ends with a new file of the write-ahead log and a checkpoint (running/rewriting.py).
        connection.execute(
            sql.SQL("GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {}").format(sql.Identifier(OWNER))
        )


def _check_given(say: Say) -> None:
    """Hold a server given by address against what Gallra needs."""
    default, owner = aliases()["default"], aliases()["owner"]
    if default["USER"] == owner["USER"]:
        raise Misconfigured(
            _(
                "GALLRA_DATABASE_URL and GALLRA_DATABASE_OWNER_URL name the same role. The ledger is append-only "
                "because the role that works does not own it: set two."
            )
        )
    for alias, variable in (("owner", "GALLRA_DATABASE_OWNER_URL"), ("default", "GALLRA_DATABASE_URL")):
        try:
            with psycopg.connect(address(alias), connect_timeout=10) as connection:
                _check_server(connection, variable)
                if alias == "default":
                    _check_role(connection, str(owner["USER"]))
                    _warn_of_logs(connection, say)
        except psycopg.OperationalError:
            raise Misconfigured(
                _(
                    "The database that %(variable)s names does not answer, or refuses the role. Check host, "
                    "port, role, password and database."
                )
                % {"variable": variable}
            ) from None


def _check_server(connection: psycopg.Connection, variable: str) -> None:
    if connection.info.server_version < OLDEST:
        raise Misconfigured(
            _("%(variable)s names a PostgreSQL older than 15. Set it to a newer one.")
            % {"variable": variable}
        )
    row = connection.execute(
        "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    if row.fetchone() != ("UTF8",):
        raise Misconfigured(
            _("%(variable)s names a database that is not in UTF8. Make one with ENCODING 'UTF8'.")
            % {"variable": variable}
        )


def _check_role(connection: psycopg.Connection, owner: str) -> None:
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, %s, 'MEMBER') FROM pg_roles"
        " WHERE rolname = current_user",
        (owner,),
    ).fetchone()
    if row != (False,):
        raise Misconfigured(
            _(
                "The role in GALLRA_DATABASE_URL is a superuser or a member of the owner's role, so it could change "
                "the ledger. Set a role without these rights."
            )
        )


# What each setting must be for the server's log to hold no value of a row (docs/operation.md).
_QUIET = {
    "log_min_messages": ("log", "fatal", "panic"),
    "log_min_error_statement": ("panic",),
    "log_error_verbosity": ("terse",),
    "log_parameter_max_length_on_error": ("0",),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
}


def _warn_of_logs(connection: psycopg.Connection, say: Say) -> None:
    """Tell which settings of a given server let personal data into its log; they are its operator's to change."""
    rows = connection.execute(
        "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(_QUIET),)
    ).fetchall()
    loud = sorted(str(name) for name, setting in rows if setting not in _QUIET[str(name)])
    if loud:
        say(
            _(
                "Warning: the database server may write personal data to its log (%(settings)s). "
                "docs/operation.md says what to set."
            )
            % {"settings": ", ".join(loud)}
        )
