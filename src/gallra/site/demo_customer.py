"""A customer of the demo's company with an account of his own, and his cases: what the support portal shows at first.
Made by the same verbs as in use, where the policy lets customers have accounts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gallra.site.demo_access import BO, make_alva
from gallra.site.models import User

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIST = b"Nr;Bilaga;Belopp\r\n1;Faktura 2201;1 250,00\r\n2;Faktura 2202;980,00\r\n3;Faktura 2203;stannar\r\n"


def make_customer(now: datetime) -> bool:
    """Bo, his account, a case that waits for him, one that waits for staff and one that is solved, in the caller's
    transaction; whether the policy has accounts."""
    from gallra.mail.cases import have_accounts
    from gallra.registers.given import Firm, Origin, Person
    from gallra.registers.support import accounts

    if not have_accounts():
        return False
    account = accounts.create_account(
        Person(name="Bo Lind", email=BO, phone="08-505 000 17"), firm=Firm(name="Exempelbygg AB"),
        origin=Origin(where="account"), actor="demo", now=now - 200 * DAY,
    )  # fmt: skip
    User.objects.create_user(email=BO)
    _cases(int(account.contact_id or 0), f"user:{make_alva().pk}", now)
    return True


def _cases(bo: int, alva: str, now: datetime) -> None:
    from gallra.registers.support import actions

    solved = _open(
        bo, "Utskriften blir tom", "När vi skriver ut en kundlista kommer bara tomma sidor.", now - 40 * DAY
    )
    actions.reply(
        solved, body="Hej! Vilken skrivare är det, och går det att spara listan som PDF?", actor=alva,
        now=now - 39 * DAY,
    )  # fmt: skip
    actions.reply(
        solved,
        body="PDF går bra. Skrivaren är ny sedan i går.",
        sender=bo,
        actor="demo",
        now=now - 39 * DAY + 2 * HOUR,
    )
    actions.close_case(
        solved, solution="Skrivarens drivrutin var för en annan modell; den rätta löste det.", actor=alva,
        now=now - 38 * DAY,
    )  # fmt: skip
    waiting = _open(
        bo,
        "Momsrapporten stämmer inte",
        "Rutan för utgående moms visar 0 kr fast vi har fakturerat.",
        now - 6 * DAY,
    )
    actions.assign(waiting, assignee=alva, actor=alva, now=now - 5 * DAY)
    actions.reply(
        waiting, body="Hej! Vilken period valde du, och är fakturorna bokförda eller bara utskrivna?", actor=alva,
        now=now - 5 * DAY,
    )  # fmt: skip
    mine = _open(
        bo, "Programmet stannar vid bokslut", "Det stannar på rad 3 när jag läser in verifikationerna (bifogade).",
        now - 20 * HOUR,
    )  # fmt: skip
    actions.attach(
        mine, [LIST], name="verifikationer.csv", description="Listan som stannar", media_type="text/csv", sender=bo,
        actor="demo", now=now - 20 * HOUR,
    )  # fmt: skip


def _open(bo: int, subject: str, description: str, at: datetime) -> int:
    from gallra.registers.given import Origin
    from gallra.registers.support import actions

    case = actions.open_case(
        bo, subject=subject, description=description, origin=Origin(where="support"), actor="demo", now=at
    )
    return int(case.pk)
