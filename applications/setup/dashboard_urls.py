"""Under /admin/: when a call is open, and what it will send."""

from django.urls import path

from applications.setup import dashboard_views
from applications.setup.timeline import timeline

app_name = "setup"
urlpatterns = [
    path("calls/<int:call_id>/timeline/", timeline, name="timeline"),
    path("calls/<int:call_id>/window/", dashboard_views.window, name="window"),
]
