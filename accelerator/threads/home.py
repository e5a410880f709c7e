"""A manager's home says how many answers wait."""

from accelerator.dashboard import home
from accelerator.dashboard.readers import holds
from accelerator.messages import subjects
from accelerator.records.people import Role
from accelerator.threads.models import Reply


@home.cards
def answers_that_wait(request):
    """Until somebody has settled them."""
    if not holds(request, Role.Kind.MANAGER):
        return
    if count := Reply.objects.about(subjects.readable(request)).waiting().count():
        yield home.Card("accelerator/threads/card.html", {"count": count})
