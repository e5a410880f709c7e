"""Who may change what the cohort does together."""

from accelerator.models import User
from applications.models import Call
from cohorts.admission.models import Cohort
from cohorts.events.models import Event


def can_plan_events(user: User, cohort: Cohort) -> bool:
    """Managers of its call who did not apply to it."""
    return Call.objects.managed_by(user).filter(pk=cohort.call_id).exists()


def can_change_event(user: User, event: Event) -> bool:
    """The same."""
    return Call.objects.managed_by(user).filter(pk=event.call_id).exists()
