"""Under /admin/: every message that was sent or waits."""

from django.urls import path

from applications.setup import messages

app_name = "messages"
urlpatterns = [
    path("messages/", messages.outbox_list, name="outbox"),
    path("messages/<slug:public_id>/", messages.message, name="message"),
    path("messages/<slug:public_id>/retry/", messages.retry_message, name="retry_message"),
]
