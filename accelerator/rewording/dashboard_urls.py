"""Under /admin/: the words of a programme's mails."""

from django.urls import path

from accelerator.rewording import dashboard_views

app_name = "wordings"
urlpatterns = [
    path("words/", dashboard_views.every_kind, name="first"),
    path("words/<slug:programme_slug>/", dashboard_views.every_kind, name="every_kind"),
    path(
        "words/<slug:programme_slug>/<str:kind>/<slug:language>/", dashboard_views.one_kind, name="one_kind"
    ),
    path(
        "words/<slug:programme_slug>/<str:kind>/<slug:language>/restore/",
        dashboard_views.restore,
        name="restore",
    ),
]
