"""The pages that everybody may see."""

from django.urls import path

from applications.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("programmes/<slug:programme_slug>/", views.programme, name="programme"),
    path("programmes/<slug:programme_slug>/<slug:call_slug>/questions/", views.questions, name="questions"),
    path("programmes/<slug:programme_slug>/<slug:call_slug>/rules/", views.rules, name="rules"),
    path(
        "programmes/<slug:programme_slug>/<slug:call_slug>/rules/<int:number>.json",
        views.rules_file,
        name="rules_file",
    ),
]
