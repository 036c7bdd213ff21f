"""What a verb about a request refuses, and why: a code and a sentence in the reader's language; never a personal
value."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "unknown": _("There is no such request. Nothing was changed."),
    "closed": _("The request is closed already. Nothing was changed."),
    "not_a_right": _("That is none of the rights one can ask for. Nothing was changed."),
    "not_an_address": _("That is not an e-mail address. Nothing was changed."),
    "address_needed": _("An e-mail address is needed to look the person up. Nothing was changed."),
    "received_later": _("It cannot have been received in the future. Nothing was changed."),
    "reason_needed": _("Say why: a reason is needed. Nothing was changed."),
    "wishes_needed": _("Say what is to be corrected, and to what. Nothing was changed."),
    "too_long": _("The text is too long. Nothing was changed."),
    "sorted": _("The request is sorted already. Nothing was changed."),
    "not_sorted": _("Sort the request first: what does the person ask for? Nothing was changed."),
    "identified": _("Who it is has been settled already. Nothing was changed."),
    "not_identified": _(
        "It is not settled yet that whoever asks is the person. Ask for the link, or vouch for it with a reason. "
        "Nothing was changed."
    ),
    "paused": _("The clock stands already: identity has been asked for. Nothing was changed."),
    "not_paused": _("The clock does not stand. Nothing was changed."),
    "extended": _("The request has been extended already, and can be only once. Nothing was changed."),
    "too_late_to_extend": _(
        "The person must be told of more time within the first month, and that has passed. Nothing was changed."
    ),
    "not_looked_up": _(
        "What there is of the person has not been looked up yet. Wait for it. Nothing was changed."
    ),
    "undecided": _("Likenesses, mentions or documents are still to be decided. Nothing was changed."),
    "decided": _("The request has been decided, and is being carried out. Nothing was changed."),
    "no_such_line": _("The request has no such line. Nothing was changed."),
    "obliged": _("A statute or a hold keeps this; it cannot be decided otherwise. Nothing was changed."),
    "absolute": _(
        "These records are for direct marketing alone, and an objection to that is absolute (Article 21(3)): no ground "
        "outweighs it. Nothing was changed."
    ),
    "not_a_verdict": _("That cannot be decided here. Nothing was changed."),
    "text_needed": _("Give the text as it is to be included, others' data redacted. Nothing was changed."),
    "somebody_elses": _(
        "Another contact has the new address, and you found it to be somebody else's. Refuse the request, or write "
        "down another address. Nothing was changed."
    ),
    "link_unknown": _(
        "The link does not work: it is not whole, or was replaced by a newer one. Nothing was changed."
    ),
    "link_used": _("The link has been used already; it works once. Nothing was changed."),
    "link_expired": _(
        "The link has expired. Nothing was changed. Your request is with us all the same; ask again for a new link."
    ),
    "code_just_sent": _(
        "A code was sent less than a minute ago. Look for it in your mail, or wait a little."
    ),
    "code_wrong": _("The code is not right, or is older than fifteen minutes. Ask for a new one."),
    "answer_gone": _("The answer is no longer here: its time has passed. Ask again, and you get a new one."),
    "not_signed": _(
        "The receipt is recorded, but the ledger has not been signed since: that is done every hour. Come back then."
    ),
    "no_restriction": _("There is no such restriction that is in force. Nothing was changed."),
    "ends_already": _("It is decided already that the restriction ends. Nothing was changed."),
    "ends_too_soon": _(
        "It ends on a later day than today: the person must be told first. Nothing was changed."
    ),
    "not_ending": _("Nobody has decided that the restriction ends. Nothing was changed."),
    "no_recipient": _(
        "The policy declares no such recipient. Name one of its [recipient.*], or an authority. Nothing was changed."
    ),
    "not_a_ground": _("That is no ground for this disclosure. Nothing was changed."),
    "extent_needed": _("Say what was given out, and how much. Nothing was changed."),
    "approver_needed": _("Say who approved it. Nothing was changed."),
    "not_a_kind": _("The policy names no such record kind. Nothing was changed."),
    "told_already": _("The recipient has been told already. Nothing was changed."),
    "unknown_breach": _("There is no such breach. Nothing was changed."),
    "breach_closed": _("The breach is closed already. Nothing was changed."),
    "not_a_risk": _("The risk is one of unknown, unlikely, some, high. Nothing was changed."),
    "late_needs_reason": _(
        "It was reported later than 72 hours after it was known: say why (Article 33(1)). Nothing was changed."
    ),
    "nobody_to_list": _("Give at least one address, one on each line. Nothing was changed."),
    "asked_already": _("That system has answered, or was seen to by hand already. Nothing was changed."),
    "others_to_tell": _(
        "There are others to tell than the page showed. Look at the number, and say yes again. Nothing was sent."
    ),
    "not_told": _("Nothing is written to tell people in that language. Nothing was changed."),
    "not_reported": _(
        "Judge the risk first, and report it to the authority unless it is unlikely. Nothing was changed."
    ),
    "not_restricted": _("The person's data is not restricted. Nothing was changed."),
    "not_offered": _("This right cannot be carried out by this installation yet. Nothing was changed."),
}


class Refused(Exception):
    """A verb's no. code: a key of `SENTENCES`. `str()` is the sentence in the language that is active when it is asked
    for."""

    def __init__(self, code: str) -> None:
        if code not in SENTENCES:
            raise LookupError(f"no sentence for {code}")
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(SENTENCES[self.code])
