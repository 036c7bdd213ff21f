"""Whether the database was put back and what came after its backup is not joined to it yet: then nothing sweeps."""

from __future__ import annotations

from pathlib import Path

from gallra.ledger import copy
from gallra.ledger.models import Checkpoint, Entry
from gallra.running import replay
from gallra.running.installed import NoPolicy, running
from gallra.running.models import Adoption


def behind() -> bool:
    """Whether the database is older than what stands outside it, a restore was cut off, or the policy that ran has not
    been adopted again: then nothing sweeps."""
    if marker().exists():
        return True
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    if copy.size() > (last or 0):
        return True
    listed = replay.newest(replay.FAST)
    if listed is not None and not Entry.objects.filter(number=listed).exists():
        return True
    return bool(to_adopt())


def to_adopt() -> str:
    """The version that ran before a restore brought back an earlier one; empty where the right one runs."""
    adopted = Entry.objects.filter(action="adoption").order_by("-number").first()
    if adopted is None or not Entry.objects.filter(action="restore", number__gt=adopted.number).exists():
        return ""
    version = str(adopted.body["file"])
    try:
        running_now = running().rules.version
    except NoPolicy:
        return version
    known = Adoption.objects.filter(version=version, at__gte=adopted.at).exists()
    return "" if running_now == version or known else version


def marker() -> Path:
    """Stands outside the database while a restore is under way."""
    return replay.path().with_name("restoring")
