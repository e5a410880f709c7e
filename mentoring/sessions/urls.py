"""Sessions: booking, moving, cancelling, logging."""

from django.urls import path

from mentoring.sessions.views import actions, booking, by_link, looking, writing

urlpatterns = [
    path("mentors/<slug:public_id>/book/", booking.book_session, name="book_session"),
    path("mentors/<slug:public_id>/log/", writing.log_unbooked, name="log_unbooked"),
    path("by-link/log/<str:token>/", by_link.log, name="log_by_link"),
    path("by-link/cancel/<str:token>/", by_link.cancel, name="cancel_by_link"),
    path("sessions/", looking.sessions, name="sessions"),
    path("sessions/<slug:public_id>/", looking.session, name="session"),
    path("sessions/<slug:public_id>/calendar.ics", looking.session_file, name="session_file"),
    path("sessions/<slug:public_id>/move/", booking.move_session, name="move_session"),
    path("sessions/<slug:public_id>/cancel/", booking.cancel_session, name="cancel_session"),
    path("sessions/<slug:public_id>/log/", writing.log_session, name="log_session"),
    path("sessions/<slug:public_id>/log/correct/", writing.correct_log, name="correct_log"),
    path("sessions/<slug:public_id>/actions/<int:pk>/", looking.tick_action_item, name="tick_action_item"),
    path(
        "sessions/<slug:public_id>/actions/<int:pk>/agree/",
        actions.agree_action_item,
        name="agree_action_item",
    ),
]
