"""Under /admin/: making a programme, and its words, colour and sender."""

from django.urls import path

from accelerator.programmes.dashboard_views import organisations, programmes

app_name = "programmes"
urlpatterns = [
    path("programmes/new/", programmes.new, name="new"),
    path("programmes/<slug:programme_slug>/organisations/", organisations.listed, name="organisations"),
    path("programmes/<slug:programme_slug>/organisations/add/", organisations.add, name="add_organisation"),
    path(
        "programmes/<slug:programme_slug>/organisations/<int:partner_id>/",
        organisations.organisation,
        name="organisation",
    ),
    path(
        "programmes/<slug:programme_slug>/organisations/<int:partner_id>/move/",
        organisations.move,
        name="move_organisation",
    ),
    path(
        "programmes/<slug:programme_slug>/organisations/<int:partner_id>/remove/",
        organisations.remove,
        name="remove_organisation",
    ),
    path("programmes/<slug:programme_slug>/", programmes.programme, name="programme"),
]
