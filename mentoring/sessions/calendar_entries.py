"""The reader's own sessions in the programme's calendar."""

from accelerator.ui.drawing.calendar import CalendarItem
from cohorts.events import programme_calendar
from mentoring.sessions.models import MentoringSession


@programme_calendar.entries
def own_sessions(cohort, user, since, until):
    sessions = MentoringSession.objects.of_person(user).occupying().with_both_sides()
    for session in sessions.filter(membership__cohort=cohort, starts_at__gte=since, starts_at__lt=until):
        is_mine_to_give = session.mentor.user_id == user.pk
        yield CalendarItem(
            at=session.starts_at,
            end=session.ends_at,
            title=str(session.startup if is_mine_to_give else session.mentor),
            note=session.topic,
            url=session.get_absolute_url(),
            kind="session",
        )
