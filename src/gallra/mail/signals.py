"""What mail tells whoever wants to know. Receivers run in the transaction of what they are told of: one that fails
takes it back, and it comes again."""

from __future__ import annotations

from django.dispatch import Signal

received = Signal()
"""A message was taken in: message (Incoming), now. Its documents are `message.attachments`."""

returned = Signal()
"""A message of ours could not be delivered, at once or by a report that came later: mail (Outgoing), hard (whether for
good), now."""
