"""`make_company`: a generated history in the database, files and all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gallra.policy import Policy, read_policy
from gallra.registers import documents
from gallra.registers.generate import copying, customers, rows
from gallra.registers.generate.cases import FIRST_NUMBER as FIRST_CASE
from gallra.registers.generate.sales import FIRST_NUMBER as FIRST_MATTER
from gallra.registers.generate.store import History
from gallra.registers.generate.story import Progress
from gallra.registers.generate.telling import history_of


class NotEmpty(Exception):
    """The registers already hold records; a generated company would mix with them. Carries the tables'
    names."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(f"the registers are not empty: {', '.join(tables)}")
        self.tables = tables


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made. tables: rows per table; files: encrypted documents written; people: e-mail addresses
    known anywhere."""

    policy: str
    seed: int
    people: int
    companies: int
    files: int
    tables: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def make_company(
    *, policy_name: str, people: int = 2000, seed: int = 1, now: datetime, policy: Policy | None = None,
    progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """Fill the registers that a policy names with a company of about `people` people and five years of
    history.

    policy_name: a file in `policies/` without its ending ("swinx", "munkeby-mended"); or give the `policy`
    itself. now: an aware moment, after which nothing happens. Raises ValueError without a time zone, and as
    `fill` does.
    """
    chosen = policy or read_policy(policy_file(policy_name))
    history = history_of(chosen, people=people, seed=seed, now=now, progress=progress)
    return fill(history, policy_name=policy_name, seed=seed)


def fill(history: History, *, policy_name: str, seed: int) -> Summary:
    """Put a history into the registers, its files into the store.

    As the working role, all constraints and guards on, in one transaction. Raises NotEmpty where the registers hold
    records already. ANALYZE is the caller's.
    """
    if taken := copying.occupied():
        raise NotEmpty(taken)
    with copying.by_index():
        for row, content in history.files:
            stored = documents.store([content])
            row.file, row.secret, row.size = stored.file, stored.secret, stored.size
            row.words = stored.words
        counts = copying.copy_history(history, skip=_settings(history))
        _move_numbers(history)
    return Summary(
        policy=policy_name, seed=seed, people=_known(history), companies=counts.get("directory_company", 0),
        files=len(history.files), tables=counts,
    )  # fmt: skip


def policy_file(name: str) -> Path:
    """The policy `name` in the folder `policies` beside the sources; FileNotFoundError names it."""
    file = Path(__file__).resolve().parents[4] / "policies" / f"{name}.toml"
    if not file.is_file():
        raise FileNotFoundError(file.name)
    return file


def _settings(history: History) -> frozenset[str]:
    """Topics that are there stay, and subscriptions then refer to them by their code."""
    if not history.table("newsletter_topic") or copying.is_empty("newsletter_topic"):
        return frozenset()
    _use_topics(history)
    return frozenset({"newsletter_topic"})


def _use_topics(history: History) -> None:
    there = copying.ids_by("newsletter_topic", "code")
    ours = {topic.id: there.get(topic.code) for topic in history.of(rows.Topic)}
    if None in ours.values():
        raise NotEmpty(["newsletter_topic"])
    for subscription in history.of(rows.Subscription):
        subscription.topic_id = int(ours[subscription.topic_id] or 0)


def _move_numbers(history: History) -> None:
    """Lets the number series of cases, matters, invoices and agreements go on after the generated ones."""
    for table, sequence, first in (
        ("support_case", "support_case_number", FIRST_CASE),
        ("crm_case", "crm_case_number", FIRST_MATTER),
    ):
        if history.last_id(table):
            copying.move_sequence(sequence, first + history.last_id(table) - 1)
    for table, (series, first) in customers.SERIES.items():
        if history.last_id(table):
            copying.move_counter(series, first + history.last_id(table) - 1)


def _known(history: History) -> int:
    tables = ("support_contact", "crm_contact", "finance_contact", "newsletter_contact")
    return len({contact.email for table in tables for contact in history.table(table).values()} - {None})
