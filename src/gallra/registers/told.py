"""What the registers tell whoever keeps account of it outside the database. They do not know who listens.

Receivers run in the verb's transaction, before it commits: one that raises undoes the verb.
"""

from __future__ import annotations

from django.dispatch import Signal

mailings_stopped = Signal()
"""A person is not to be mailed any more (S19). subscriptions: keys of those that ended now; suppressed: the address's
keyed hash, None where the address itself may be mailed; reason: "asked" or "bounced"; channel; now."""

number_given = Signal()
"""A gapless series gave a number. series: its name; number: the one that is given."""
