"""Who may book, change, log and read a session."""

from datetime import datetime

from accelerator.models import Startup, User
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession


def membership_to_book_for(user: User, mentor: Mentor, now: datetime) -> Membership | None:
    """The startup for which this person would book this mentor, while its cohort runs."""
    memberships = Membership.objects.of(user).filter(cohort__call__programme=mentor.programme_id)
    latest = memberships.select_related("startup", "cohort__call__programme").latest_first().first()
    return None if latest is None or latest.cohort.is_over(now) else latest


def is_mentor_of(user: User, session: MentoringSession) -> bool:
    return session.mentor.user_id == user.pk


def is_in_team_of(user: User, session: MentoringSession) -> bool:
    return Startup.objects.of(user).filter(pk=session.membership.startup_id).exists()


def manages(user: User, session: MentoringSession) -> bool:
    return Membership.objects.managed_by(user).filter(pk=session.membership_id).exists()


def can_change_session(user: User, session: MentoringSession) -> bool:
    """Both sides may move or cancel it."""
    return is_mentor_of(user, session) or is_in_team_of(user, session)


def can_tick_action_items(user: User, session: MentoringSession) -> bool:
    return can_change_session(user, session)


def can_log_session(user: User, session: MentoringSession) -> bool:
    return is_mentor_of(user, session)


def can_correct_log(user: User, session: MentoringSession) -> bool:
    """Also when the mentor has left since: the log is in their words."""
    return can_log_session(user, session)


def can_read_private_note(user: User, session: MentoringSession) -> bool:
    """Its mentor, and managers: none of them in the team, and none with a conflict with it."""
    return is_mentor_of(user, session) or manages(user, session)
