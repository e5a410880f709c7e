from django.urls import path

from applications import public_views

urlpatterns = [
    path("", public_views.home, name="home"),
    path("programmes/<slug:programme_slug>/", public_views.programme, name="programme"),
]
