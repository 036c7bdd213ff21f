"""The verbs of finance, in one place for those who call them."""

from __future__ import annotations

from gallra.registers.finance.agreements import end_agreement, renew, sign_agreement
from gallra.registers.finance.invoices import NewLine, credit_invoice, issue_invoice
from gallra.registers.finance.years import year_of

__all__ = [
    "NewLine",
    "credit_invoice",
    "end_agreement",
    "issue_invoice",
    "renew",
    "sign_agreement",
    "year_of",
]
