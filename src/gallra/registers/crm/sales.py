"""The verbs of sales that are going on (M17): while one is open, so is the talk with the customer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gallra.registers.crm.models import Relation, Sale
from gallra.registers.errors import Refused
from gallra.registers.verbs import clean, lock, needed, verb


@verb
def open_sale(
    relation_id: int,
    *,
    subject: str,
    product: str | None = None,
    amount: Decimal | None = None,
    actor: str,
    now: datetime,
) -> Sale:
    """Open a sale with a customer or prospect. amount: in kronor, without VAT."""
    needed(subject=subject)
    if amount is not None and amount < 0:
        raise Refused("counts_negative", "amount")
    relation = lock(Relation, relation_id)
    sale = Sale.objects.create(
        relation=relation, subject=clean(subject), product=clean(product), amount=amount, opened_at=now
    )
    _recount(relation)
    return sale


@verb
def close_sale(sale_id: int, *, won: bool, actor: str, now: datetime) -> Sale:
    """Close a sale, won or lost. Refused("sale_closed")."""
    held_by = Sale.objects.filter(pk=sale_id).values_list("relation_id", flat=True).first()
    if held_by is None:
        raise Refused("unknown")
    relation = lock(Relation, held_by)
    sale = lock(Sale, sale_id)
    if sale.closed_at is not None:
        raise Refused("sale_closed")
    sale.outcome, sale.closed_at = ("won" if won else "lost"), now
    sale.save(update_fields=["outcome", "closed_at"])
    _recount(relation)
    return sale


def _recount(relation: Relation) -> None:
    """Count the open sales anew; the relation is locked."""
    relation.sales_open = Sale.objects.filter(relation=relation, closed_at=None).count()
    relation.save(update_fields=["sales_open"])
