"""Being helped: mentors and their hours, sessions from booking to log."""

from django.urls import path

from mentoring import mentor_views, session_views

app_name = "mentoring"
urlpatterns = [
    path("mentors/", mentor_views.mentors, name="mentors"),
    path("mentors/<slug:public_id>/", mentor_views.mentor, name="mentor"),
    path("mentors/<slug:public_id>/book/", session_views.book_session, name="book_session"),
    path("mentors/<slug:public_id>/hours/", mentor_views.edit_hours, name="edit_hours"),
    path("mentors/<slug:public_id>/log/", session_views.log_unbooked, name="log_unbooked"),
    path("profile/<slug:slug>/", mentor_views.edit_mentor, name="edit_mentor"),
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/<slug:public_id>/", session_views.session, name="session"),
    path("sessions/<slug:public_id>/move/", session_views.move_session, name="move_session"),
    path("sessions/<slug:public_id>/cancel/", session_views.cancel_session, name="cancel_session"),
    path("sessions/<slug:public_id>/log/", session_views.log_session, name="log_session"),
    path("sessions/<slug:public_id>/log/correct/", session_views.correct_log, name="correct_log"),
    path(
        "sessions/<slug:public_id>/actions/<int:pk>/", session_views.tick_action_item, name="tick_action_item"
    ),
]
