"""Under /admin/. Not mentoring/…: Django's own lists of this application stand there."""

from django.urls import path

from mentoring.sessions import dashboard_views

app_name = "mentoring_dashboard"
urlpatterns = [
    path("cohorts/<slug:public_id>/mentoring/", dashboard_views.overview, name="overview"),
    path("cohorts/<slug:public_id>/sessions/", dashboard_views.sessions, name="sessions"),
]
