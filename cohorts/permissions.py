"""Who may do what about offers and members, as sentences."""

from accelerator.models import Startup, User
from applications.models import Offer
from cohorts.admission.models import Membership


def can_answer_offer(user: User, offer: Offer) -> bool:
    """Whoever is in the team speaks for it."""
    return Startup.objects.of(user).filter(pk=offer.application.startup_id).exists()


def can_edit_goals(user: User, membership: Membership) -> bool:
    return Startup.objects.of(user).filter(pk=membership.startup_id).exists()
