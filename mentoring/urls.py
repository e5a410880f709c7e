"""Being helped: mentors and their hours, sessions from booking to log."""

from django.urls import include, path

from mentoring import views

app_name = "mentoring"
urlpatterns = [
    path("mentors/", views.mentors, name="mentors"),
    path("mentors/<slug:public_id>/", views.mentor, name="mentor"),
    path("", include("mentoring.mentors.urls")),
    path("", include("mentoring.sessions.urls")),
]
