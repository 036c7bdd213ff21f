"""What a verb refuses, and why: a code, the fields, a sentence in the reader's language; never a personal
value.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "unknown": _("There is no such record any more. Nothing was changed."),
    "field_without_purpose": _(
        "No purpose of the adopted policy names this, so it cannot be stored: %(fields)s. Nothing was changed."
    ),
    "kind_without_system": _(
        "The adopted policy holds nothing of this kind in any system: %(fields)s. Nothing was changed."
    ),
    "not_an_address": _("This is not an e-mail address: %(fields)s. Nothing was changed."),
    "missing": _("This must be filled in: %(fields)s. Nothing was changed."),
    "case_archived": _(
        "The case is archived: everything personal is gone from it, so it cannot be opened again. Open a new case."
    ),
    "case_closed": _("The case is closed already. Nothing was changed."),
    "case_open": _("The case is not closed. Nothing was changed."),
    "names_a_person": _(
        "The text names a person, and it outlives the person's data: %(fields)s. Write it without name, "
        "address and telephone number."
    ),
    "agreement_ended": _("The agreement has ended already. Nothing was changed."),
    "ends_before_it_starts": _("The end is before the start: %(fields)s. Nothing was changed."),
    "no_company": _("An agreement, an invoice and a licence need a company. Nothing was changed."),
    "invoice_empty": _("An invoice needs at least one line. Nothing was changed."),
    "invoice_is_credit": _("A credit cannot be credited. Nothing was changed."),
    "invoice_credited": _("The invoice is credited already. Nothing was changed."),
    "sale_closed": _("The sale is closed already. Nothing was changed."),
    "relation_exists": _("There is such a relation with the person already. Nothing was changed."),
    "already_customer": _("This is a customer already. Nothing was changed."),
    "reason_needed": _("A review needs a reason (M18). Nothing was changed."),
    "erasure_decided": _(
        "It is decided already that the record is erased. Nothing was changed. Deciding to keep it undoes that, "
        "until the next sweep."
    ),
    "counts_negative": _("A number is below zero: %(fields)s. Nothing was changed."),
    "suppressed": _(
        "The address must not be mailed: the person has objected. Only the person can subscribe again. "
        "Nothing was changed."
    ),
    "unknown_topic": _("There is no such topic, or it is not in use. Nothing was changed."),
    "unknown_token": _("The link does not work: it was used already, or is not whole. Nothing was changed."),
    "sign_up_expired": _("The link has expired. Nobody was subscribed. Sign up again for a new link."),
    "account_closed": _("The account is closed. Nothing was changed."),
    "account_open": _("The account is open already. Nothing was changed."),
    "account_exists": _("The person has an account already. Nothing was changed."),
    "unreadable": _("The document cannot be read: the file or its key is gone, or was changed."),
    "restricted": _(
        "The person's data is restricted: it is only stored until that is lifted (Article 18). Nothing was changed."
    ),
    "too_many_documents": _("The case has as many documents as it takes. Nothing was stored."),
    "too_large": _("The file is too large. Nothing was stored."),
}


class Refused(Exception):
    """A verb's no. code: a key of `SENTENCES`; fields: names of fields or record kinds, never their values.

    `str()` is the sentence in the language that is active when it is asked for.
    """

    def __init__(self, code: str, *fields: str) -> None:
        if code not in SENTENCES:
            raise LookupError(f"no sentence for {code}")
        super().__init__(code, *fields)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        return str(SENTENCES[self.code]) % {"fields": ", ".join(self.fields)}
