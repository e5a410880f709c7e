"""Who is a mentor, and who may change what a mentor's page says."""

from accelerator.models import Programme, Role, User
from mentoring.mentors.models import Mentor


def can_mentor(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MENTOR).filter(programme=programme).exists()


def can_edit_mentor(user: User, mentor: Mentor) -> bool:
    """Their own words and hours, while they are a mentor."""
    return mentor.user_id == user.pk and can_mentor(user, mentor.programme)
