"""What the registers tell whoever keeps account of it outside the database. They do not know who listens.

Receivers run in the verb's transaction, before it commits: one that raises undoes the verb.
"""

from __future__ import annotations

from django.dispatch import Signal

mailings_stopped = Signal()
"""A person is not to be mailed any more (S19). subscriptions: keys of those that ended now; suppressed: the address's
keyed hash, None where the address itself may be mailed; reason: "asked" or "bounced"; channel; now."""

mailings_confirmed = Signal()
"""A person has confirmed a subscription. subscription: its key; allowed: the keyed hash of the address, which is
suppressed no more, None where there is none; now."""

details_changed = Signal()
"""A person wrote over their own details. table, contact: of theirs; address: under which they are known; values: what
they wrote, by column; actor; now."""

account_changed = Signal()
"""A customer's account was closed, or opened again. account: its key; closed; now."""

taken_out = Signal()
"""Something personal was taken out of a record by a person's decision. kind: the record kind; table: where the row was;
keys: by which it is known, by column; actor; now."""

number_given = Signal()
"""A gapless series gave a number. series: its name; number: the one that is given."""
