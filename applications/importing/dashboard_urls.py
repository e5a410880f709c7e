"""Under /admin/: what another tool holds, dropped, matched, looked at and brought in."""

from django.urls import path

from applications.importing import dashboard_views as views

app_name = "importing"
urlpatterns = [
    path("calls/<int:call_id>/import/", views.applications, name="applications"),
    path("calls/<int:call_id>/import/reviewers/", views.reviewers, name="reviewers"),
    path("calls/<int:call_id>/import/conflicts/", views.conflicts, name="conflicts"),
    path("calls/<int:call_id>/import/mentors/", views.mentors, name="mentors"),
    path("calls/<int:call_id>/import/<slug:public_id>/", views.table, name="table"),
    path("calls/<int:call_id>/import/<slug:public_id>/bring-in/", views.bring_in, name="bring_in"),
    path("calls/<int:call_id>/import/<slug:public_id>/throw-away/", views.throw_away, name="throw_away"),
]
