"""Under /admin/: the call in focus, and the search."""

from django.urls import path

from applications.guiding import dashboard_views

app_name = "guiding"
urlpatterns = [
    path("focus/", dashboard_views.choose, name="choose"),
    path("search/", dashboard_views.search, name="search"),
]
