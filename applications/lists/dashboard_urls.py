"""Under /admin/: the applications of a call, searched and given out."""

from django.urls import path

from applications.lists.dashboard_views import applications

app_name = "lists"
urlpatterns = [
    path("calls/<int:call_id>/applications/", applications.listed, name="applications"),
    path("calls/<int:call_id>/applications/act/", applications.act, name="act"),
    path("calls/<int:call_id>/applications/export/", applications.export, name="export"),
]
