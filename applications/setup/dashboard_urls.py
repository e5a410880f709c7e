"""Under /admin/: what a call will send, and when."""

from django.urls import path

from applications.setup import messages

app_name = "setup"
urlpatterns = [
    path("calls/<int:call_id>/timeline/", messages.timeline, name="timeline"),
]
