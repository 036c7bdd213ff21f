"""Telling support that a customer has opened a case or written in one: by number, with the address of its page in the
office, and nothing else of it.

Never a flood: what comes is noted, and every ten minutes one mail to each of those concerned names all of it. A case
that somebody has taken is theirs alone; the others are everybody's who works with support. A case that has been
answered or closed by then is not named.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gallra.mail import sending
from gallra.mail.cases import language_of
from gallra.mail.models import CaseNews
from gallra.registers.support.models import Case, Status
from gallra.running.installed import running
from gallra.site.models import Role, User

log = logging.getLogger(__name__)

MOST = 20
"""Cases that a mail names; of the others it says how many there are."""
READERS = (Role.SUPPORT, Role.PRIVACY)
"""Whoever can open a case."""


@dataclass(frozen=True, slots=True)
class News:
    """A case in which there is something new. opened: the case itself is."""

    number: int
    opened: bool


def came(case: Case, *, opened: bool, now: datetime) -> None:
    """Note, in the caller's transaction, that a customer has opened the case, or written in it. Twice is once.

    Where a mail of the case is being written just now, this waits for it, and notes the case anew.
    """
    CaseNews.objects.bulk_create(
        [CaseNews(case=case.number, opened=opened, at=now)], update_conflicts=True, unique_fields=["case"],
        update_fields=["at"],
    )  # fmt: skip


def tell(*, now: datetime) -> int:
    """Mail those concerned of everything noted, which is noted no longer; how many cases were named. One transaction.
    Raises NoPolicy."""
    with transaction.atomic():
        noted = {row.case: row.opened for row in CaseNews.objects.select_for_update(skip_locked=True)}
        if not noted:
            return 0
        waiting = Case.objects.filter(number__in=noted, archived_at=None, status=Status.OPEN)
        cases = list(waiting.order_by("number").values_list("number", "assignee"))
        news: dict[str, list[News]] = {}
        staff = _Staff()
        for number, assignee in cases:
            for address in staff.told_of(assignee):
                news.setdefault(address, []).append(News(number, noted[number]))
        for address, theirs in sorted(news.items()):
            _post(address, theirs, now)
        CaseNews.objects.filter(pk__in=noted).delete()
    if cases and not news:
        log.warning("%d cases wait, and nobody can be told: no staff, no address in the policy", len(cases))
    return len(cases)


class _Staff:
    """Who can be told of cases, asked once."""

    def __init__(self) -> None:
        found = list(User.objects.filter(is_active=True, role__in=READERS).order_by("pk"))
        self._one = {f"user:{user.pk}": user.email for user in found}
        self._all = [user.email for user in found if user.role == Role.SUPPORT]
        if not self._all and (ours := running().policy.controller.email):
            self._all = [ours]

    def told_of(self, assignee: str | None) -> Iterable[str]:
        """The addresses for a case: of whoever has taken it, else of all who work with support; where there are none,
        the controller's."""
        mine = self._one.get(assignee or "")
        return [mine] if mine else self._all


def _post(address: str, cases: list[News], now: datetime) -> None:
    context = {"cases": cases[:MOST], "count": len(cases), "more": max(0, len(cases) - MOST)}
    sending.post(to=address, text="support/news", language=language_of(address), context=context, now=now)
