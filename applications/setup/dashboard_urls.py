"""Under /admin/: when a call is open, and what it will send."""

from django.urls import path

from applications.setup import dashboard_views
from applications.setup.timeline import timeline

app_name = "setup"
urlpatterns = [
    path("calls/<int:call_id>/timeline/", timeline, name="timeline"),
    path("calls/<int:call_id>/window/", dashboard_views.window, name="window"),
    path("calls/<int:call_id>/extend/", dashboard_views.extend, name="extend"),
    path("calls/<int:call_id>/incident/", dashboard_views.incident, name="incident"),
    path(
        "calls/<int:call_id>/extensions/<int:extension_id>/take-back/",
        dashboard_views.take_back,
        name="take_back",
    ),
    path(
        "calls/<int:call_id>/requests/<int:request_id>/grant/",
        dashboard_views.grant_request,
        name="grant_request",
    ),
    path(
        "calls/<int:call_id>/requests/<int:request_id>/decline/",
        dashboard_views.decline_request,
        name="decline_request",
    ),
]
