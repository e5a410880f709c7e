"""Announcements: where a reader puts one away, and the pages of those who write them."""

from django.urls import path

from accelerator.announcements import dashboard_views, views

app_name = "announcements"
urlpatterns = [
    path("announcements/<slug:public_id>/put-away/", views.put_away, name="put_away"),
    path("admin/announcements/", dashboard_views.every, name="every"),
    path("admin/announcements/new/", dashboard_views.choose, name="choose"),
    path("admin/announcements/new/<str:audience>/<int:place_id>/", dashboard_views.write, name="write"),
    path("admin/announcements/<slug:public_id>/", dashboard_views.change, name="change"),
    path("admin/announcements/<slug:public_id>/end/", dashboard_views.end, name="end"),
    path("admin/announcements/<slug:public_id>/show-again/", dashboard_views.show_again, name="show_again"),
]
