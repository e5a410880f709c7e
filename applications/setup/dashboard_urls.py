"""Under /admin/: what a call will send, and when."""

from django.urls import path

from applications.setup.timeline import timeline

app_name = "setup"
urlpatterns = [
    path("calls/<int:call_id>/timeline/", timeline, name="timeline"),
]
