"""Who may do what about mentoring, as sentences."""

from accelerator.models import Programme, Role, Startup, User
from accelerator.people.permissions import can_manage
from cohorts.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession


def membership_to_book_for(user: User, mentor: Mentor, now) -> Membership | None:
    """The startup for which this person would book this mentor, while its cohort runs."""
    memberships = Membership.objects.of(user).filter(cohort__call__programme=mentor.programme_id)
    latest = memberships.select_related("startup", "cohort__call__programme").latest_first().first()
    return None if latest is None or latest.cohort.is_over(now) else latest


def can_mentor(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MENTOR).filter(programme=programme).exists()


def is_mentor_of(user: User, session: MentoringSession) -> bool:
    return session.mentor.user_id == user.pk


def is_in_team_of(user: User, session: MentoringSession) -> bool:
    return Startup.objects.of(user).filter(pk=session.membership.startup_id).exists()


def can_change_session(user: User, session: MentoringSession) -> bool:
    """Both sides may move or cancel it."""
    return is_mentor_of(user, session) or is_in_team_of(user, session)


def can_tick_action_items(user: User, session: MentoringSession) -> bool:
    return can_change_session(user, session)


def can_log_session(user: User, session: MentoringSession) -> bool:
    return is_mentor_of(user, session)


def can_correct_log(user: User, session: MentoringSession) -> bool:
    """Whoever was the mentor, also when they no longer are: it is their word."""
    return can_log_session(user, session)


def can_read_private_note(user: User, session: MentoringSession) -> bool:
    return is_mentor_of(user, session) or can_manage(user, session.programme)


def can_edit_mentor(user: User, mentor: Mentor) -> bool:
    """Their own words and hours, while they are a mentor."""
    return mentor.user_id == user.pk and can_mentor(user, mentor.programme)
