"""What people call the actions about members of a cohort and their goals."""

from django.utils.translation import gettext_lazy as _

from accelerator import history

history.name_actions(
    {
        "event.answered": _("Invitation answered"),
        "event.cancelled": _("Event cancelled"),
        "event.changed": _("Event changed"),
        "event.planned": _("Event planned"),
        "goal.brought_back": _("Goal brought back"),
        "goal.dropped": _("Goal dropped"),
        "goal.reached": _("Goal reached"),
        "goal.reopened": _("Goal reopened"),
        "goal.set": _("Goal set"),
        "membership.began": _("Membership began"),
    }
)
