"""Under /admin/. Not mentoring/…: Django's own lists of this application stand there."""

from django.urls import path

from mentoring.mentors.dashboard_views import booking_terms
from mentoring.proposing.dashboard_views import too_little
from mentoring.sessions import dashboard_views

app_name = "mentoring_dashboard"
urlpatterns = [
    path("programmes/<slug:slug>/booking/", booking_terms, name="booking_terms"),
    path("cohorts/<slug:public_id>/mentoring/", dashboard_views.overview, name="overview"),
    path("cohorts/<slug:public_id>/mentoring/export/", dashboard_views.export_mentors, name="export_mentors"),
    path("cohorts/<slug:public_id>/fortnights/", dashboard_views.grid, name="grid"),
    path("cohorts/<slug:public_id>/fortnights/export/", dashboard_views.export_grid, name="export_grid"),
    path("cohorts/<slug:public_id>/too-little/", too_little, name="too_little"),
    path("cohorts/<slug:public_id>/sessions/", dashboard_views.sessions, name="sessions"),
    path(
        "cohorts/<slug:public_id>/sessions/export/", dashboard_views.export_sessions, name="export_sessions"
    ),
]
