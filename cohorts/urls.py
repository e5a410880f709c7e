"""Being in: the offer, the cohort, its calendar, its members."""

from django.urls import path

from cohorts import offer_views, views

app_name = "cohorts"
urlpatterns = [
    path("offers/<slug:public_id>/", offer_views.offer, name="offer"),
    path("cohorts/<slug:public_id>/", views.cohort, name="cohort"),
    path("cohorts/<slug:public_id>/calendar/", views.calendar, name="calendar"),
    path("events/<slug:public_id>/", views.event, name="event"),
    path("members/<slug:public_id>/", views.member, name="member"),
    path("members/<slug:public_id>/goals/", views.set_goal, name="set_goal"),
    path("members/<slug:public_id>/goals/<int:pk>/", views.change_goal, name="change_goal"),
]
