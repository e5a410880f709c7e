"""Who may change the goals of a member."""

from accelerator.models import Startup, User
from cohorts.admission.models import Membership


def can_edit_goals(user: User, membership: Membership) -> bool:
    return Startup.objects.of(user).filter(pk=membership.startup_id).exists()
