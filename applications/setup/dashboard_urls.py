"""Under /admin/: how a call is set up and opened, when it takes applications, by which rules it selects, and what it will send."""

from django.urls import path

from applications.setup import timeline
from applications.setup.dashboard_views import as_file, deadlines, form, hub, rubric, rules

app_name = "setup"
urlpatterns = [
    path("programmes/<slug:programme_slug>/file/", as_file.as_file, name="as_file"),
    path("programmes/<slug:programme_slug>/file/download/", as_file.download, name="download_file"),
    path("calls/<int:call_id>/set-up/", hub.call, name="call"),
    path("calls/<int:call_id>/set-up/open/", hub.open_call, name="open_call"),
    path("calls/<int:call_id>/set-up/trial-mail/", hub.send_trial, name="send_trial"),
    path("calls/<int:call_id>/set-up/draft/", hub.back_to_draft, name="back_to_draft"),
    path("calls/<int:call_id>/set-up/discard/", hub.discard, name="discard"),
    path("calls/<int:call_id>/days/", hub.days, name="days"),
    path("calls/<int:call_id>/clone/", hub.clone, name="clone"),
    path("calls/<int:call_id>/form/", form.form, name="form"),
    path("calls/<int:call_id>/form/preview/", form.preview_question, name="preview_question"),
    path("calls/<int:call_id>/form/sections/add/", form.add_section, name="add_section"),
    path("calls/<int:call_id>/form/sections/<int:section_id>/", form.section, name="section"),
    path("calls/<int:call_id>/form/sections/<int:section_id>/move/", form.move_section, name="move_section"),
    path(
        "calls/<int:call_id>/form/sections/<int:section_id>/remove/",
        form.remove_section,
        name="remove_section",
    ),
    path("calls/<int:call_id>/form/sections/<int:section_id>/add/", form.add_question, name="add_question"),
    path("calls/<int:call_id>/form/<int:question_id>/", form.question, name="question"),
    path("calls/<int:call_id>/form/<int:question_id>/move/", form.move_question, name="move_question"),
    path("calls/<int:call_id>/form/<int:question_id>/remove/", form.remove_question, name="remove_question"),
    path("calls/<int:call_id>/rubric/", rubric.all_criteria, name="rubric"),
    path("calls/<int:call_id>/rubric/add/", rubric.add_criterion, name="add_criterion"),
    path("calls/<int:call_id>/rubric/<int:criterion_id>/", rubric.criterion, name="criterion"),
    path("calls/<int:call_id>/rubric/<int:criterion_id>/move/", rubric.move_criterion, name="move_criterion"),
    path(
        "calls/<int:call_id>/rubric/<int:criterion_id>/remove/",
        rubric.remove_criterion,
        name="remove_criterion",
    ),
    path("calls/<int:call_id>/timeline/", timeline.timeline, name="timeline"),
    path("calls/<int:call_id>/timeline/planned/", timeline.planned_messages, name="planned_messages"),
    path("calls/<int:call_id>/timeline/sent/", timeline.sent_messages, name="sent_messages"),
    path("calls/<int:call_id>/timeline/test/", timeline.test_planned, name="test_planned"),
    path("calls/<int:call_id>/window/", deadlines.window, name="window"),
    path("calls/<int:call_id>/extend/", deadlines.extend, name="extend"),
    path("calls/<int:call_id>/incident/", deadlines.incident, name="incident"),
    path("calls/<int:call_id>/rules/", rules.rules, name="rules"),
    path("calls/<int:call_id>/rules/seal/", rules.seal_rules, name="seal_rules"),
    path("calls/<int:call_id>/rules/amend/", rules.amend_rules, name="amend_rules"),
    path("calls/<int:call_id>/rules/<int:amendment_id>/", rules.amendment, name="amendment"),
    path(
        "calls/<int:call_id>/extensions/<int:extension_id>/take-back/",
        deadlines.take_back,
        name="take_back",
    ),
    path(
        "calls/<int:call_id>/requests/<int:request_id>/grant/",
        deadlines.grant_request,
        name="grant_request",
    ),
    path(
        "calls/<int:call_id>/requests/<int:request_id>/decline/",
        deadlines.decline_request,
        name="decline_request",
    ),
]
