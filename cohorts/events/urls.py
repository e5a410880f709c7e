"""The calendar of the cohort, and its events."""

from django.urls import path

from cohorts.events import views

urlpatterns = [
    path("cohorts/<slug:public_id>/calendar/", views.calendar, name="calendar"),
    path("cohorts/<slug:public_id>/events/new/", views.plan_event, name="plan_event"),
    path("events/<slug:public_id>/", views.event, name="event"),
    path("events/<slug:public_id>/change/", views.change_event, name="change_event"),
    path("events/<slug:public_id>/cancel/", views.cancel_event, name="cancel_event"),
    path("events/<slug:public_id>/calendar.ics", views.event_file, name="event_file"),
]
