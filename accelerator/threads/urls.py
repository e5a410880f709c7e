"""Answers: where whoever got a mail writes back, and what managers do with it."""

from django.urls import path

from accelerator.threads import dashboard_views, views

app_name = "threads"
urlpatterns = [
    path("reply/<str:token>/", views.reply, name="reply"),
    path("admin/waiting/", dashboard_views.waiting, name="waiting"),
    path("admin/waiting/<slug:public_id>/", dashboard_views.reply_page, name="reply_page"),
    path("admin/waiting/<slug:public_id>/take/", dashboard_views.take, name="take"),
    path("admin/waiting/<slug:public_id>/settle/", dashboard_views.settle, name="settle"),
    path("admin/waiting/<slug:public_id>/open-again/", dashboard_views.open_again, name="open_again"),
    path("admin/waiting/<slug:public_id>/note/", dashboard_views.note, name="note"),
    path("admin/waiting/<slug:public_id>/public/", dashboard_views.make_public, name="make_public"),
    path("admin/public-answers/<int:pk>/take-off/", dashboard_views.take_off, name="take_off"),
    path("admin/thread/<slug:public_id>/", dashboard_views.thread, name="thread"),
]
