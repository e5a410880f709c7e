"""The pages of one call, in the order of a season."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.calls.models import Call

ICONS = {
    "lists:applications": "inbox",
    "setup:call": "edit_calendar",
    "setup:form": "quiz",
    "setup:rubric": "rule",
    "reviewing:reviewers": "rate_review",
    "setup:window": "event_busy",
    "setup:rules": "gavel",
    "reviewing:screening": "fact_check",
    "reviewing:assignment": "assignment_ind",
    "reviewing:progress": "trending_up",
    "selecting:ranking": "leaderboard",
    "selecting:agreement": "balance",
    "selecting:selection": "how_to_vote",
    "selecting:letters": "mail",
    "setup:timeline": "timeline",
}
WHILE_IT_RUNS = {"setup:timeline"}  # of these, what is still of use every week once the cohort has begun
OF_A_DRAFT = {"reviewing:reviewers"}  # beside the pages of its set-up


def steps(call: Call) -> list[tuple[str, str, str]]:
    """URL name, label, address. Of a draft those that set it up."""
    found = [
        ("setup:call", _("Set-up")),
        ("setup:form", _("Form")),
        ("setup:rubric", _("Rubric")),
        ("reviewing:reviewers", _("Reviewers")),
        ("lists:applications", _("Applications")),
        ("setup:window", _("Deadline")),
        ("setup:rules", _("Rules")),
        ("reviewing:screening", _("Screening")),
        ("reviewing:assignment", _("Assignment")),
        ("reviewing:progress", _("Progress")),
        ("selecting:ranking", _("Ranking")),
        ("selecting:agreement", _("Agreement")),
        ("selecting:selection", _("Selection")),
        ("selecting:letters", _("Letters")),
        ("setup:timeline", _("Timeline")),
    ]
    if call.is_draft:
        found = [(name, label) for name, label in found if name.startswith("setup:") or name in OF_A_DRAFT]
    return [(name, label, reverse(name, args=[call.pk])) for name, label in found]


def is_running(call: Call, now: datetime) -> bool:
    """Whether its cohort has begun: from then on the dashboard is about that."""
    return call.is_released and now.astimezone(call.zone).date() >= call.starts_on
