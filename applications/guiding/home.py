"""The dashboard's sidebar: a reviewer's queue; for managers the pages of the call in focus, and what is of every call."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard import home
from accelerator.dashboard.readers import holds
from accelerator.models import Role
from applications.calls.managed import managed_calls
from applications.guiding import steps
from applications.guiding.focus import in_focus
from applications.reviewing.dashboard_views.queue import queue_of


@home.switches
def call_in_focus(request) -> home.Switch | None:
    """The call that the sidebar is about, and those that one can change to."""
    call = in_focus(request) if holds(request, Role.Kind.MANAGER) else None
    if call is None:
        return None
    others = [home.Choice(one.pk, str(one), one.is_draft) for one in managed_calls(request) if one != call]
    match = request.resolver_match
    page = match.view_name if match and "call_id" in match.kwargs else ""
    return home.Switch(_("Call"), str(call), others, reverse("guiding:choose"), page)


@home.links
def queue(request) -> Iterator[home.Link]:
    if holds(request, Role.Kind.REVIEWER):
        unread = sum(
            len(call["to_read"]) + call["asked_once_more"]
            for call in queue_of(request)
            if not call["is_over"]
        )
        badge = str(unread or "")
        yield home.Link(_("Reviewing"), _("Your queue"), reverse("reviewing:review_queue"), "reviews", badge)


@home.links
def call_that_is_in_focus(request) -> Iterator[home.Link]:
    """Its pages; once its cohort has begun, those by which it was chosen are folded."""
    call = in_focus(request) if holds(request, Role.Kind.MANAGER) else None
    if call is None:
        return
    pages = steps.steps(call)
    if not steps.is_running(call, request.now):
        for name, label, url in pages:
            yield home.Link(_("The call"), label, url, steps.ICONS[name])
        return
    for name, label, url in pages:
        if name in steps.WHILE_IT_RUNS:
            yield home.Link(_("The cohort"), label, url, steps.ICONS[name])
    for name, label, url in pages:
        if name not in steps.WHILE_IT_RUNS:
            yield home.Link(_("How it was chosen"), label, url, steps.ICONS[name], is_folded=True)


@home.links
def everything_managed(request) -> Iterator[home.Link]:
    if not holds(request, Role.Kind.MANAGER):
        return
    for title, name, icon in (
        (_("Messages"), "messages:outbox", "outgoing_mail"),
        (_("Waiting for us"), "threads:waiting", "mark_email_unread"),
        (_("Messages to groups"), "groups:messages", "forward_to_inbox"),
        (_("Announcements"), "announcements:every", "campaign"),
        (_("People"), "people:people", "group"),
        (_("Certificates"), "privacy_dashboard:certificates", "auto_delete"),
    ):
        yield home.Link(_("Running"), title, reverse(name), icon)
    yield from _set_up(request)


def _set_up(request) -> Iterator[home.Link]:
    pages = [
        (_("Policies"), reverse("policies:all"), "policy"),
        (_("Words of the mails"), reverse("wordings:first"), "edit_note"),
    ]
    programmes = {call.programme.slug: call.programme for call in managed_calls(request)}
    slugs = sorted(programmes)
    for slug in slugs:
        title = _("The programme") if len(slugs) == 1 else programmes[slug].name
        pages.append((title, reverse("programmes:programme", args=[slug]), "public"))
    pages += [(_("As a file"), reverse("setup:as_file", args=[slug]), "description") for slug in slugs]
    for title, model, icon in ((_("Calls"), "applications_call", "event"),):
        pages.append((title, reverse(f"admin:{model}_changelist"), icon))
    pages.append((_("A new programme"), reverse("programmes:new"), "add_business"))
    for title, url, icon in pages:
        yield home.Link(_("Set-up"), title, url, icon, is_folded=True)
