"""What people call the actions about mentors and their sessions."""

from django.utils.translation import gettext_lazy as _

from accelerator import history, history_fields

history.name_actions(
    {
        "action_item.agreed": _("Action item given to somebody, or a date"),
        "action_item.ticked": _("Action item ticked"),
        "action_item.unticked": _("Action item unticked"),
        "cohort.fortnights_exported": _("The fortnights of mentoring exported"),
        "cohort.mentors_exported": _("The list of mentors exported"),
        "cohort.sessions_exported": _("The list of sessions exported"),
        "mentor.days_added": _("Days that differ added to a mentor’s hours"),
        "mentor.days_removed": _("Days that differ removed from a mentor’s hours"),
        "mentor.hours_changed": _("Mentor hours changed"),
        "mentor.listed": _("Mentor listed"),
        "mentor.profile_changed": _("Mentor profile changed"),
        "programme.booking_terms_changed": _("Terms of booking mentors changed"),
        "proposed_session.accepted": _("Proposed hour accepted by one side"),
        "proposed_session.asked": _("Hour proposed to a mentor and a startup"),
        "proposed_session.declined": _("Proposed hour declined"),
        "session.answered": _("Invitation answered"),
        "session.booked": _("Session booked"),
        "session.cancelled": _("Session cancelled"),
        "session.log_corrected": _("Session log corrected"),
        "session.logged": _("Session logged"),
        "session.moved": _("Session moved"),
    }
)
history_fields.name_fields(
    "mentoring.mentor",
    {
        "is_paused": _("Takes no new sessions"),
        "country": _("Public holidays of"),
        "weekly_hours": _("Weekly hours"),
    },
)
