"""Until when reviews and assignments may change."""

from django.utils.translation import gettext as _

from accelerator.transitions import NotAllowed
from applications.calls.models import Call


def must_not_be_released(call: Call) -> None:
    """Raise NotAllowed once the decisions of a call are published."""
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published, so its reviews are closed."))
