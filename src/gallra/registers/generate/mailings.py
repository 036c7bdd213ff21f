"""The newsletter: topics, subscriptions asked for, confirmed, ended, and the evidence of each."""

from __future__ import annotations

import random
from datetime import date, datetime

from gallra.registers.generate import people, rows
from gallra.registers.generate.cast import Cast, House, Person
from gallra.registers.generate.clocks import Clocks
from gallra.registers.generate.store import History

TOPICS: tuple[tuple[str, str, str], ...] = (
    ("nyheter", "Nyheter och utgåvor", "News and releases"),
    ("erbjudanden", "Erbjudanden", "Offers"),
    ("utbildning", "Utbildningar och visningar", "Courses and demonstrations"),
)
WORDING = "Ja tack, skicka brev till den här adressen. Jag kan sluta när som helst."
ASKED = "the subscription was asked for"
CONFIRMED = "the subscription was confirmed"
ENDED = "the subscription ended"
KIND = "newsletter.subscription"


class Mailings:
    """Tells who subscribes to what."""

    def __init__(self, history: History, *, cast: Cast, clocks: Clocks, rng: random.Random) -> None:
        self.history, self.cast, self.clocks, self.rng = history, cast, clocks, rng
        self._topics = [
            self.history.add(rows.Topic(code=code, title_sv=sv, title_en=en)) for code, sv, en in TOPICS
        ]

    def tell(self, house: House) -> None:
        """The subscriptions of a house's people."""
        share = {"customer": 0.35, "former": 0.25, "partner": 0.8}.get(house.fate.role, 0.1)
        for number, person in enumerate(house.people):
            if self.rng.random() < share or (house.fate.placed and number == 0):
                self._subscribe(person, house, since=house.began)

    def strangers(self, count: int) -> None:
        """Subscribers at no company that the directory knows."""
        for _ in range(count):
            person = self.cast.person(self.rng.choice(people.FREE_MAIL))
            self._subscribe(person, None, since=None)

    def _subscribe(self, person: Person, house: House | None, *, since: date | None) -> None:
        asked = self.clocks.at(self.clocks.any_day(since=since))
        fate = self.rng.random()
        confirmed = self.clocks.later(asked, days=0.5) if fate > 0.04 else None
        ended = None
        if confirmed is None:
            asked = self.clocks.at(self.clocks.day(KIND, ASKED, every=12, since=since))
        elif fate > 0.9:
            ended = self.clocks.at(self.clocks.day(KIND, ENDED, every=20, since=since))
            asked, confirmed = min(asked, ended), min(confirmed, ended)
        contact = self.cast.contact(
            rows.NewsletterContact, person, kind=KIND, house=house, at=asked, way="newsletter sign-up"
        )
        for topic in self.rng.sample(self._topics, self.rng.choice((1, 1, 1, 2))):
            self._topic(contact, topic, asked=asked, confirmed=confirmed, ended=ended)

    def _topic(
        self, contact: rows.NewsletterContact, topic: rows.Topic, *, asked: datetime, confirmed: datetime |
        None, ended: datetime | None,
    ) -> None:  # fmt: skip
        bounced = self.clocks.later(confirmed, days=300) if confirmed and self.rng.random() < 0.02 else None
        subscription = self.history.add(
            rows.Subscription(
                contact_id=contact.id, topic_id=topic.id, source="newsletter sign-up", language="sv",
                token=None if confirmed else self.rng.randbytes(32), asked_at=asked, confirmed_at=confirmed,
                ended_at=ended, bounces=1 if bounced else 0, bounced_at=bounced,
            )
        )  # fmt: skip
        happened = (("asked", "form", asked), ("confirmed", "mail", confirmed), ("ended", "form", ended),
                    ("bounced", "mail", bounced))  # fmt: skip
        for what, channel, at in happened:
            if at is not None:
                wording = WORDING if what == "asked" else None
                self.history.add(
                    rows.Evidence(
                        subscription_id=subscription.id,
                        what=what,
                        channel=channel,
                        wording=wording,
                        happened_at=at,
                    )
                )
