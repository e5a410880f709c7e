"""Under /admin/: every message that was sent or waits."""

from django.urls import path

from accelerator.messages import dashboard_views

app_name = "messages"
urlpatterns = [
    path("messages/", dashboard_views.outbox_list, name="outbox"),
    path("messages/export/", dashboard_views.export_messages, name="export_messages"),
    path("messages/<slug:public_id>/", dashboard_views.message, name="message"),
    path("messages/<slug:public_id>/retry/", dashboard_views.retry_message, name="retry_message"),
]
