"""Under /admin/: a call as others will see it."""

from django.urls import path

from applications.public import dashboard_views

app_name = "preview"
urlpatterns = [
    path("calls/<int:call_id>/preview/", dashboard_views.stranger, name="stranger"),
    path("calls/<int:call_id>/preview/form/", dashboard_views.founder, name="founder"),
    path("calls/<int:call_id>/preview/review/", dashboard_views.reviewer, name="reviewer"),
]
