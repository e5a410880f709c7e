"""Under /admin/: the applications of a call, searched and given out."""

from django.urls import path

from applications.lists.dashboard_views import applications, notes, saved

app_name = "lists"
urlpatterns = [
    path("calls/<int:call_id>/applications/", applications.listed, name="applications"),
    path("calls/<int:call_id>/applications/act/", applications.act, name="act"),
    path("calls/<int:call_id>/applications/export/", applications.export, name="export"),
    path("calls/<int:call_id>/applications/views/", saved.save, name="save_view"),
    path("calls/<int:call_id>/applications/views/<int:view_id>/delete/", saved.delete, name="delete_view"),
    path("calls/<int:call_id>/applications/<slug:public_id>/notes/", notes.notes, name="notes"),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/notes/<int:note_id>/take-back/",
        notes.take_back,
        name="take_note_back",
    ),
]
