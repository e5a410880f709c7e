"""Under /admin/."""

from django.urls import path

from accelerator.privacy import dashboard_views as views

app_name = "privacy_dashboard"
urlpatterns = [
    path("certificates/", views.all_certificates, name="certificates"),
    path("certificates/<slug:public_id>/", views.certificate, name="certificate"),
]
