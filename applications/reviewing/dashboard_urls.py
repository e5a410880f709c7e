"""Under /admin/: a reviewer's queue and reviews; for managers an application, screening and assignment."""

from django.urls import path
from django.views.generic import RedirectView

from applications.reviewing.dashboard_views import (
    applications,
    asking,
    assigning,
    panel,
    progress,
    queue,
    screening,
)

app_name = "reviewing"
urlpatterns = [
    path("review/", queue.review_queue, name="review_queue"),
    path("review/<slug:public_id>/", queue.review, name="review"),
    path("review/<slug:public_id>/others/", queue.see_others, name="see_others"),
    path("review/<slug:public_id>/conflict/", queue.declare_conflict, name="declare_conflict"),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/readings/",
        applications.readings_of_application,
        name="readings_of_application",
    ),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/",
        applications.panel_application,
        name="panel_application",
    ),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/conflict/",
        applications.pin_conflict,
        name="pin_conflict",
    ),
    path("calls/<int:call_id>/applications/<slug:public_id>/ask/", asking.ask_team, name="ask_team"),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/ask/<slug:question_id>/more-time/",
        asking.give_more_time,
        name="question_more_time",
    ),
    path(
        "calls/<int:call_id>/applications/<slug:public_id>/ask/<slug:question_id>/take-back/",
        asking.take_back,
        name="take_question_back",
    ),
    path("calls/<int:call_id>/screening/", screening.screening_list, name="screening"),
    path("calls/<int:call_id>/screening-rules/", screening.rules, name="screening_rules"),
    path(
        "calls/<int:call_id>/screening-rules/<int:rule_id>/remove/",
        screening.remove_rule,
        name="remove_screening_rule",
    ),
    path(
        "calls/<int:call_id>/screening/<slug:public_id>/later/",
        screening.leave_for_later,
        name="leave_for_later",
    ),
    path(
        "calls/<int:call_id>/screening/<slug:public_id>/",
        screening.screen_application,
        name="screen_application",
    ),
    path(
        "calls/<int:call_id>/screening/<slug:public_id>/undo/",
        screening.undo_verdict,
        name="undo_verdict",
    ),
    path("calls/<int:call_id>/reviewers/", panel.reviewers, name="reviewers"),
    path("calls/<int:call_id>/reviewers/<int:reviewer_id>/", panel.reviewer, name="reviewer"),
    path("calls/<int:call_id>/reviewers/<int:reviewer_id>/pause/", panel.pause, name="pause_reviewer"),
    path("calls/<int:call_id>/reviewers/<int:reviewer_id>/resume/", panel.resume, name="resume_reviewer"),
    path(
        "calls/<int:call_id>/reviewers/<int:reviewer_id>/take-off/", panel.take_off, name="take_off_reviewer"
    ),
    path("calls/<int:call_id>/assignment/", assigning.assignment, name="assignment"),
    path("calls/<int:call_id>/progress/", progress.progress, name="progress"),
    path("calls/<int:call_id>/progress/export/", progress.export_reviewers, name="export_reviewers"),
    path(
        "calls/<int:call_id>/progress/<int:reviewer_id>/",
        progress.reviewer_progress,
        name="reviewer_progress",
    ),
    path("assignments/<slug:public_id>/hand-on/", assigning.hand_on, name="hand_on"),
    path("assignments/<slug:public_id>/undo/", assigning.undo_hand_on, name="undo_hand_on"),
    path(  # its address before, for bookmarks
        "readings/<slug:public_id>/hand-on/",
        RedirectView.as_view(pattern_name="reviewing:hand_on", permanent=True),
    ),
]
