"""Calendars: as pages, and as what one's own calendar application reads."""

from django.urls import path

from accelerator.calendar import answer_views, feed_views, views

app_name = "calendars"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/answer/<slug:kind>/<slug:public_id>/", answer_views.answer, name="answer"),
    path("calendar/by-link/<str:token>/", answer_views.answer_by_link, name="answer_by_link"),
    path("calendar/feeds/<str:token>.ics", feed_views.feed, name="feed"),
    path("calendar/subscribe/", feed_views.subscriptions, name="subscriptions"),
    path("calendar/subscribe/<int:pk>/anew/", feed_views.make_anew, name="make_anew"),
    path("calendar/subscribe/<int:pk>/take-back/", feed_views.take_back, name="take_back"),
]
