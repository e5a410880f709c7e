"""Who is a mentor, and who may change what a mentor's page says."""

from accelerator.models import Programme, Role, User
from mentoring.mentors.models import Mentor


def can_mentor(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MENTOR).filter(programme=programme).exists()


def can_edit_mentor(user: User, mentor: Mentor) -> bool:
    """Their own words and hours, while they are a mentor; managers of the programme in their place."""
    if not can_mentor(mentor.user, mentor.programme):
        return False
    return (
        mentor.user_id == user.pk
        or Programme.objects.managed_by(user).filter(pk=mentor.programme_id).exists()
    )
