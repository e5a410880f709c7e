"""Under /admin/: a reviewer's queue and reviews; for managers the applications, screening and assignment."""

from django.urls import path

from applications.reviewing.dashboard_views import queue, running

app_name = "reviewing"
urlpatterns = [
    path("review/", queue.review_queue, name="review_queue"),
    path("review/<slug:public_id>/", queue.review, name="review"),
    path("review/<slug:public_id>/conflict/", queue.declare_conflict, name="declare_conflict"),
    path("calls/<int:call_id>/applications/", running.call_applications, name="call_applications"),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/",
        running.panel_application,
        name="panel_application",
    ),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/conflict/",
        running.pin_conflict,
        name="pin_conflict",
    ),
    path("calls/<int:call_id>/screening/", running.screening_list, name="screening"),
    path(
        "calls/<int:call_id>/screening/<slug:public_id>/",
        running.screen_application,
        name="screen_application",
    ),
    path("calls/<int:call_id>/assignment/", running.assignment, name="assignment"),
    path("calls/<int:call_id>/progress/", running.progress, name="progress"),
    path(
        "calls/<int:call_id>/progress/<int:reviewer_id>/",
        running.reviewer_progress,
        name="reviewer_progress",
    ),
    path("readings/<slug:public_id>/hand-on/", running.hand_on, name="hand_on"),
]
