"""The cohorts that the reader of a dashboard page manages."""

from accelerator.memo import once_per_request
from applications.calls.managed import managed_calls
from cohorts.admission.models import Cohort


@once_per_request
def managed_cohorts(request) -> list[Cohort]:
    """The cohorts of the calls that the reader manages, the latest first; like these, in the sidebar of every page."""
    calls = {call.pk: call for call in managed_calls(request)}
    cohorts = list(Cohort.objects.filter(call__in=list(calls)).order_by("-starts_on", "pk")) if calls else []
    for cohort in cohorts:
        cohort.call = calls[cohort.call_id]
    return cohorts
