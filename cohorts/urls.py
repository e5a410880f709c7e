"""Being in: the offer, the cohort, its calendar, its members."""

from django.urls import include, path

from cohorts import views

app_name = "cohorts"
urlpatterns = [
    path("", include("cohorts.admission.urls")),
    path("cohorts/<slug:public_id>/", views.cohort, name="cohort"),
    path("", include("cohorts.events.urls")),
    path("members/<slug:public_id>/", views.member, name="member"),
    path("members/<slug:public_id>/goals/", views.set_goal, name="set_goal"),
    path("members/<slug:public_id>/goals/<int:pk>/", views.change_goal, name="change_goal"),
    path("members/<slug:public_id>/goals/<int:pk>/drop/", views.drop_goal, name="drop_goal"),
]
