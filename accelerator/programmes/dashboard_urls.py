"""Under /admin/: making a programme."""

from django.urls import path

from accelerator.programmes import dashboard_views

app_name = "programmes"
urlpatterns = [path("programmes/new/", dashboard_views.new, name="new")]
