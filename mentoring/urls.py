"""Being helped: mentors and their hours, sessions from booking to log."""

from django.urls import include, path

from mentoring import hours_views, views

app_name = "mentoring"
urlpatterns = [
    path("mentors/", views.mentors, name="mentors"),
    path("mentors/<slug:public_id>/", views.mentor, name="mentor"),
    path("mentors/<slug:public_id>/hours/", hours_views.edit_hours, name="edit_hours"),
    path("mentors/<slug:public_id>/hours/days/", hours_views.add_other_day, name="add_other_day"),
    path(
        "mentors/<slug:public_id>/hours/days/<int:pk>/remove/",
        hours_views.remove_other_day,
        name="remove_other_day",
    ),
    path("", include("mentoring.mentors.urls")),
    path("", include("mentoring.sessions.urls")),
    path("", include("mentoring.proposing.urls")),
]
