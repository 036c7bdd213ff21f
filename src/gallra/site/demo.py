"""`gallra demo`: a company that does not exist, with people and history, served on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gallra.site import boot, database, opening
from gallra.site.environment import Misconfigured, home, own_folder
from gallra.site.server import Say
from gallra.site.terminal import gettext as _

if TYPE_CHECKING:
    from gallra.registers.generate.store import History
    from gallra.running.report import Board, PromiseReport, Status

    Told = tuple[datetime, History]

POLICIES = ("swinx", "munkeby")
MARK = "demo"  # a file in the home: this installation is the demo of the policy it names
OPTIONS = ("policy", "people", "seed")


def run(*, policy: str, people: int, seed: int, host: str, port: int, anew: bool, say: Say) -> None:
    """Make the company where it is not there yet, and serve it until Ctrl-C.

    Misconfigured when GALLRA_HOME holds something else: an installation in use, or another demo (`anew` throws a demo
    away, never anything else).
    """
    if policy not in POLICIES:
        raise Misconfigured(
            _("There is no demo of %(policy)s. Choose one of: %(names)s.")
            % {"policy": policy, "names": ", ".join(POLICIES)}
        )
    wanted = f"{policy} {people} {seed}"
    if anew:
        _throw_away(say)
    _refuse_other(wanted)
    opening.set_address(host=host, port=port, by_name=True)
    if opening.is_loopback(host):
        os.environ["GALLRA_DEMO"] = "yes"
    # Whoever starts a demo reads its terminal: what worker and web do stands on its pages, and what goes wrong here.
    os.environ.setdefault("GALLRA_LOG_LEVEL", "warning")
    telling = ThreadPoolExecutor(max_workers=1)  # while the database is made
    told = telling.submit(_tell, wanted) if _new() else None
    telling.shutdown(wait=False)
    with boot.installation(say, migrated=False):
        opening.prepare(say)
        opening.serve(
            host=host,
            port=port,
            on_ready=lambda: say(_start_text()),
            say=say,
            meanwhile=lambda: _make_company(wanted, told, say),
        )


def policy_file(name: str) -> Path:
    """The policy as published, in the folder `policies` beside the sources."""
    file = Path(__file__).resolve().parents[3] / "policies" / f"{name}.toml"
    if not file.exists():
        raise Misconfigured(
            _("%(file)s is missing: the demo runs from Gallra's sources. Clone them and use scripts/demo.")
            % {"file": file}
        )
    return file


def _mark() -> Path:
    return home() / MARK


def _throw_away(say: Say) -> None:
    if not home().exists():
        return
    if not _mark().exists():
        raise Misconfigured(
            _("%(home)s is not a demo, so nothing was thrown away. Set GALLRA_HOME to another folder.")
            % {"home": home()}
        )
    if database.embedded() and database.embedded_server().pid() is not None:
        raise Misconfigured(_("The demo runs. End it with Ctrl-C first; nothing was thrown away."))
    say(_("Throwing the demo in %(home)s away ...") % {"home": home()})
    if database.embedded():
        for folder in (database.socket_folder(), database.folder()):
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home())


def _refuse_other(wanted: str) -> None:
    if not home().exists() or not any(home().iterdir()):
        own_folder()
        _mark().write_text("", encoding="ascii")  # ours from here on; filled in once the company is whole
    if not _mark().exists():
        raise Misconfigured(
            _("%(home)s holds an installation that is no demo. Set GALLRA_HOME to another folder.")
            % {"home": home()}
        )
    found = _mark().read_text(encoding="ascii")
    if found and found != wanted:
        said = ", ".join(f"{name} {value}" for name, value in zip(OPTIONS, found.split(), strict=True))
        raise Misconfigured(
            _(
                "%(home)s holds another demo (%(found)s). Start that one, throw it away with --anew, or "
                "set GALLRA_HOME to another folder."
            )
            % {"home": home(), "found": said}
        )


def _new() -> bool:
    """Whether the company is still to be made."""
    return not _mark().read_text(encoding="ascii")


def _tell(wanted: str) -> Told:
    """The company's history, and the moment at which it ends."""
    from gallra.policy import read_policy
    from gallra.registers.generate.telling import history_of

    policy, people, seed = wanted.split()
    now = datetime.now(UTC)
    text = policy_file(policy).read_text(encoding="utf-8")
    return now, history_of(read_policy(text), people=int(people), seed=int(seed), now=now)


def _make_company(wanted: str, told: Future[Told] | None, say: Say) -> None:
    """All in one transaction, so that a demo that was ended while it was made is made anew."""
    from django.db import connections, transaction
    from django.utils import timezone

    from gallra.registers.generate.making import fill
    from gallra.running import adopting, board
    from gallra.site import demo_access, demo_customer, demo_requests

    policy, people, seed = wanted.split()
    if told is not None:
        say(
            _("Making a company that knows %(people)s people, with five years of history ...")
            % {"people": people}
        )
        now, history = told.result()
        with transaction.atomic():
            demo_access.make_alva()
            adopting.adopt(policy_file(policy), reason="The demo begins.", by="command line", now=now)
            fill(history, policy_name=policy, seed=int(seed))
            demo_requests.make_requests(now)
            demo_customer.make_customer(now)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        _mark().write_text(wanted, encoding="ascii")
    say(_("Asking of each sentence whether it is kept ..."))
    board.check(timezone.now())


def _start_text() -> str:
    from django.conf import settings
    from django.utils import timezone

    from gallra.running import board
    from gallra.site import demo_access

    now = timezone.now()
    found = board.board(now)
    link = settings.ADDRESS + (demo_access.make_link(now=now) if settings.DEMO else "/office/")
    portal = ""
    if settings.DEMO and demo_access.has_customer():
        portal = settings.ADDRESS + demo_access.make_link(now=now, who="customer")
    return start_text(found, address=settings.ADDRESS, office=link, portal=portal, program=program())


def start_text(board: Board, *, address: str, office: str, program: str, portal: str = "") -> str:
    """What the demo says once it serves: the company, its promises, what goes tonight, where to look, what to try."""
    from django.utils.translation import gettext as _

    words: dict[Status, str] = {
        "kept": _("kept"),
        "waiting": _("waiting"),
        "broken": _("broken"),
        "uncovered": _("uncovered"),
        "outdated": _("outdated"),
    }
    counts = ", ".join(f"{board.count(status)} {words[status]}" for status in words if board.count(status))
    tonight = list(_tonight(board))
    lines = [
        "",
        _("%(company)s: %(number)d sentences promise something: %(counts)s.")
        % {"company": board.controller, "number": len(board.promises), "counts": counts},
        _("What goes tonight:") if tonight else _("Nothing goes tonight."),
        *tonight,
        "",
        _("The policy   %(address)s") % {"address": f"{address}/"},
        _("The board    %(address)s   (opens as Alva, once)") % {"address": office},
        *(
            [_("Support      %(address)s   (opens as Bo, a customer, once)") % {"address": portal}]
            if portal
            else []
        ),
        _("Requests     %(address)s   (what people ask for, once the board is open)")
        % {"address": f"{address}/office/requests/"},
        _("Your rights  %(address)s   (ask as somebody the company knows)")
        % {"address": f"{address}/rights/"},
        _("The mail     %(address)s   (all that is sent; none leaves this machine)")
        % {"address": f"{address}/office/outbox/"},
        "",
        _("To try:"),
        _("  %(program)s promises           every sentence and whether it is kept") % {"program": program},
        _("  %(program)s forecast           what goes when, in the coming two years") % {"program": program},
        _("  %(program)s sweep --dry-run    what tonight's sweep would do") % {"program": program},
        "",
        _("Ctrl-C ends it; the company stays for the next time."),
    ]
    return "\n".join(lines)


def _tonight(board: Board) -> Iterator[str]:
    """A line per promise and record kind with what the coming sweep takes."""
    for promise in board.promises:
        for kind, number in sorted(_going(promise, board.next_sweep).items()):
            yield f"  {promise.id:<5}{number:>8}  {kind}"


def _going(promise: PromiseReport, sweep: datetime | None) -> dict[str, int]:
    """Records by kind: due now, and those whose day comes before the sweep does."""
    going: dict[str, int] = {}
    for count in promise.counts:
        soon = count.next_count if sweep and count.next_day and count.next_day <= sweep.date() else 0
        if count.due + soon:
            going[count.kind] = going.get(count.kind, 0) + count.due + soon
    return going


def program() -> str:
    """How this program was called, so that the commands can be copied: `gallra`, or the path to it; with the home
    where it is not the usual one."""
    called = Path(sys.argv[0])
    found = shutil.which("gallra")
    name = "gallra" if found and Path(found).samefile(called) else os.path.relpath(called)
    given = os.environ.get("GALLRA_HOME")
    return f"GALLRA_HOME={given} {name}" if given else name
