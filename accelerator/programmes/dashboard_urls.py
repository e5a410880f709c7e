"""Under /admin/: making a programme, and its words, colour and sender."""

from django.urls import path

from accelerator.programmes import dashboard_views

app_name = "programmes"
urlpatterns = [
    path("programmes/new/", dashboard_views.new, name="new"),
    path("programmes/<slug:programme_slug>/", dashboard_views.programme, name="programme"),
]
