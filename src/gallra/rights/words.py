"""The words of a request, for code and pages: rights, channels, states, verdicts."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Right(TextChoices):
    """What is asked for (design.md section 1). Unsorted: a mail that staff have not read yet."""

    ACCESS = "access", _("access")
    RECTIFICATION = "rectification", _("rectification")
    ERASURE = "erasure", _("erasure")
    RESTRICTION = "restriction", _("restriction")
    OBJECTION = "objection", _("objection")
    PORTABILITY = "portability", _("portability")
    STOP = "stop", _("stop mailings")
    UNSORTED = "unsorted", _("unsorted")


class Channel(TextChoices):
    """How it came."""

    WEB = "web", _("the form")
    MAIL = "mail", _("e-mail")
    PHONE = "phone", _("telephone")
    LETTER = "letter", _("letter")


class State(TextChoices):
    """Where it is between receipt and answer."""

    UNSORTED = "unsorted", _("to be sorted")
    WAITING = "waiting for confirmation", _("waiting for confirmation")
    OPEN = "open", _("open: who it is has to be settled")
    DECIDING = "deciding", _("to be decided")
    WORKING = "working", _("being carried out")
    ANSWERED = "answered", _("answered")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Identity(TextChoices):
    """How it is known that whoever asks is the person."""

    NONE = "", _("not yet known")
    LINK = "link", _("by the link sent to the address")
    ACCOUNT = "account", _("signed in with the address")
    VOUCHED = "vouched", _("vouched for by staff")


class Verdict(TextChoices):
    """What becomes of something that was found, under a request."""

    GIVE = "give", _("is given out")
    ERASE = "erase", _("is erased")
    BLANK = "blank", _("the person's part is emptied")
    KEEP = "keep", _("is kept by a statute")
    HOLD = "hold", _("is held")
    NEEDED = "needed", _("is kept: another record needs it")
    LATER = "later", _("came after the request, and stays")
    STAY = "stay", _("stays, by decision")


class MentionVerdict(TextChoices):
    """What becomes of a mention in somebody else's text."""

    UNDECIDED = "", _("to be decided")
    INCLUDE = "include redacted", _("is included, others' data redacted")
    DOCUMENT = "include document", _("is included whole")
    BLANK = "blank", _("is blanked")
    REMOVE = "remove", _("is removed")
    LEAVE = "leave", _("is left")


class NamedVerdict(TextChoices):
    """What becomes of somebody else's name in the person's own texts, in a copy."""

    HIDE = "hide", _("is hidden")
    SHOW = "show", _("is shown")


class EnclosedWhy(TextChoices):
    """Why a document of the person's own cannot go into a copy unseen."""

    NAMES = "names", _("names others")
    UNREAD = "unread", _("cannot be read by a program")


class EnclosedVerdict(TextChoices):
    """What becomes of such a document in a copy."""

    UNDECIDED = "", _("to be decided")
    SEND = "send", _("is sent as it is")
    OUT = "leave out", _("is left out")


class TwinVerdict(TextChoices):
    """Whether a likeness is the same person."""

    UNDECIDED = "", _("to be decided")
    SAME = "same", _("is the same person")
    OTHER = "other", _("is somebody else")


CLOSED = (State.ANSWERED, State.REFUSED, State.WITHDRAWN)
"""States that end a request."""
OPEN = tuple(state for state in State if state not in CLOSED)
SORTED = tuple(right for right in Right if right is not Right.UNSORTED)
"""The rights one can ask for."""
COPIES = (Right.ACCESS, Right.PORTABILITY)
"""Those whose answer is a copy of the data."""
ERASES = (Right.ERASURE, Right.OBJECTION)
"""Those under which data goes."""
