"""Who may book, change, log and read a session: its two sides and, in their place, the programme's managers."""

from datetime import datetime

from django.db.models.functions import Lower

from accelerator.models import Startup, User
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession


def bookable(user: User, mentor: Mentor, now: datetime) -> list[Membership]:
    """The startups for which this person may book this mentor while their cohort runs.

    Somebody in a team books for it, a mentor for every startup of the programme, a manager for all but those that they
    have a conflict with.
    """
    inside = Membership.objects.filter(cohort__call__programme=mentor.programme_id)
    inside = inside.select_related("startup", "cohort__call__programme")
    latest = inside.of(user).latest_first().first()
    if latest is not None:
        found = [latest]
    else:
        open_to = inside if mentor.user_id == user.pk else inside.managed_by(user)
        found = list(open_to.order_by(Lower("startup__name"), "pk"))
    return [membership for membership in found if not membership.cohort.is_over(now)]


def membership_to_book_for(user: User, mentor: Mentor, now: datetime, startup: str = "") -> Membership | None:
    """The startup for which this person would book this mentor: the one that was chosen, or the only one."""
    found = bookable(user, mentor, now)
    if startup:
        found = [membership for membership in found if membership.public_id == startup]
    return found[0] if len(found) == 1 else None


def acts_in_their_place(user: User | None, mentor: Mentor, membership: Membership) -> bool:
    """Neither the mentor nor somebody of the team. Without a person, the programme itself acts."""
    if user is None or mentor.user_id == user.pk:
        return False
    return not Startup.objects.of(user).filter(pk=membership.startup_id).exists()


def acts_for_sides(user: User, session: MentoringSession) -> bool:
    return acts_in_their_place(user, session.mentor, session.membership)


def is_mentor_of(user: User, session: MentoringSession) -> bool:
    return session.mentor.user_id == user.pk


def is_in_team_of(user: User, session: MentoringSession) -> bool:
    return Startup.objects.of(user).filter(pk=session.membership.startup_id).exists()


def manages(user: User, session: MentoringSession) -> bool:
    return Membership.objects.managed_by(user).filter(pk=session.membership_id).exists()


def can_change_session(user: User, session: MentoringSession) -> bool:
    """Both sides may move or cancel it, and managers in their place."""
    return is_mentor_of(user, session) or is_in_team_of(user, session) or manages(user, session)


def can_tick_action_items(user: User, membership: Membership) -> bool:
    """What a startup has to do is its own: its team ticks it, every mentor who meets it, and its managers."""
    return MentoringSession.objects.visible_to(user).filter(membership=membership).exists()


def can_log_session(user: User, session: MentoringSession) -> bool:
    return manages(user, session) or is_mentor_of(user, session)


def can_correct_log(user: User, session: MentoringSession, now: datetime) -> bool:
    """Its mentor for two weeks, also when they have left since: the log is in their words. A manager at any time."""
    log = getattr(session, "log", None)
    if log is None:
        return False
    return (is_mentor_of(user, session) and log.is_correctable(now)) or manages(user, session)


def can_read_private_note(user: User, session: MentoringSession) -> bool:
    """Its mentor, and managers: none of them in the team, and none with a conflict with it."""
    return is_mentor_of(user, session) or manages(user, session)
