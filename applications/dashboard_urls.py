"""Under /admin/: a reviewer's pages, then a manager's pages of one call, then the messages."""

from django.urls import path

from applications.reviewing.dashboard_views import messages, queue, ranking, running, selecting

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
    path("calls/<int:call_id>/ranking/", ranking.ranking, name="ranking"),
    path("calls/<int:call_id>/ranking/<slug:public_id>/", ranking.score, name="score"),
    path("calls/<int:call_id>/agreement/", ranking.agreement, name="agreement"),
    path("calls/<int:call_id>/dossier/", ranking.dossier, name="dossier"),
    path("calls/<int:call_id>/selection/", selecting.board, name="selection"),
    path("calls/<int:call_id>/letters/", selecting.letters, name="letters"),
    path("calls/<int:call_id>/letters/<slug:public_id>/", selecting.letter, name="letter"),
    path("calls/<int:call_id>/release/", selecting.release, name="release"),
    path("calls/<int:call_id>/timeline/", messages.timeline, name="timeline"),
    path("messages/", messages.outbox_list, name="outbox"),
    path("messages/<slug:public_id>/", messages.message, name="message"),
    path("messages/<slug:public_id>/retry/", messages.retry_message, name="retry_message"),
]
