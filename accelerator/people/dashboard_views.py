"""The people of a programme: who holds which role, who is asked in, and how a role ends."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.dashboard import handing_out
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.exports import answers
from accelerator.exports.tables import Column, ColumnTable
from accelerator.people import invitations, lost_factors, permissions, roles
from accelerator.people.destinations import Destination
from accelerator.people.forms import EndRoleForm, InviteForm, ResetFactorForm
from accelerator.records.people import Invitation, Role
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst


@dashboard("GET", "POST", refuses_itself=True)
def people(request, programme_slug=None):
    """Who holds a role in a programme, who is asked in, and the form to ask more."""
    managed = permissions.with_people_of(request.user).order_by("name")
    if not managed:
        raise PermissionDenied
    programme = get_object_or_404(managed, slug=programme_slug) if programme_slug else managed[0]
    form = InviteForm(request.POST or None, partners=programme.partners.all())
    if request.method == "POST" and form.is_valid() and _invite_all(request, programme, form):
        return redirect("people:people_of", programme.slug)
    waiting = Invitation.objects.open(request.now).filter(programme=programme)
    return page(
        request,
        "admin/people",
        _("People"),
        programme=programme,
        programmes=managed,
        roles=_with_whether_they_can_end(Role.objects.of(programme).with_whether_they_have_a_factor()),
        ended=roles.ended_lately(programme, request.user, request.now),
        invitations=waiting.select_related("partner", "invited_by").order_by("-invited_at", "email"),
        form=form,
        export_url=reverse("people:export_people", args=[programme.slug]),
    )


@dashboard("POST", refuses_itself=True)
def export_people(request, programme_slug):
    """Who holds a role, as a file."""
    managed = permissions.with_people_of(request.user)
    if not managed:
        raise PermissionDenied
    programme = get_object_or_404(managed, slug=programme_slug)
    form = handing_out.form_of(request)
    found = list(Role.objects.of(programme).with_whether_they_have_a_factor())
    table = _table_of(programme)
    history.record(
        "programme.people_exported",
        programme,
        by=request.user,
        programme=programme,
        now=request.now,
        **handing_out.details(table, lines=len(found), form=form),
    )
    return answers.as_file(table, found, form=form, name=f"{programme.slug}-people", title=_("People"))


def _table_of(programme: Programme) -> ColumnTable:
    return ColumnTable(
        (
            Column("name", _("Name"), lambda role: role.user.name),
            Column("email", _("E-mail"), lambda role: role.user.email),
            Column("role", _("Role"), lambda role: capfirst(role.get_kind_display())),
            Column("organisation", _("Organisation"), lambda role: str(role.partner or "")),
            Column("since", _("Since"), lambda role: role.granted_at),
            Column(
                "factor",
                _("Second factor"),
                lambda role: _("set up") if role.has_factor else _("not yet"),
            ),
        ),
        programme.zone,
    )


def _with_whether_they_can_end(found) -> list[Role]:
    """The last manager stays; `roles.end` refuses, and the page offers no button."""
    listed = list(found)
    managers = [role for role in listed if role.kind == Role.Kind.MANAGER]
    for role in listed:
        role.can_end = role.kind != Role.Kind.MANAGER or len(managers) > 1
    return listed


def _invite_all(request, programme: Programme, form: InviteForm) -> bool:
    """All addresses or none; what speaks against one of them becomes an error of the form."""
    asked = form.cleaned_data["emails"]
    try:
        with transaction.atomic():
            for email in asked:
                invitations.invite(
                    form.cleaned_data["kind"],
                    email=email,
                    by=request.user,
                    programme=programme,
                    partner=form.cleaned_data["partner"],
                    now=request.now,
                )
    except NotAllowed as refusal:
        form.add_error("emails", str(refusal))
        return False
    messages.success(
        request,
        ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(asked))
        % {"n": len(asked)},
    )
    return True


def _invitations(request):
    mine = permissions.with_people_of(request.user)
    return Invitation.objects.visible_to(request.user).filter(programme__in=mine)


@dashboard("POST", refuses_itself=True)
def withdraw_invitation(request, public_id):
    found = get_object_or_404(_invitations(request), public_id=public_id)
    invitations.withdraw(found, by=request.user, now=request.now)
    return done(request, _("Withdrawn. The link no longer works."), "people:people_of", found.programme.slug)


@dashboard("POST", refuses_itself=True)
def send_invitation_again(request, public_id):
    found = get_object_or_404(_invitations(request), public_id=public_id)
    invitations.send_again(found, by=request.user, now=request.now)
    return done(
        request,
        _("A new link is on its way to %(email)s; the earlier one no longer works.") % {"email": found.email},
        "people:people_of",
        found.programme.slug,
    )


@dashboard("GET", "POST", refuses_itself=True)
def end_role(request, pk):
    """What it means to end somebody's role, and the button."""
    known = Role.objects.live().filter(programme__in=permissions.with_people_of(request.user))
    role = get_object_or_404(known.select_related("user", "programme"), pk=pk)
    if refusal := roles.why_it_must_stay(role):
        raise NotAllowed(refusal)
    is_own = role.user == request.user
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            goes_on = roles.end(
                role, seen=request.POST.get("seen", ""), by=request.user, now=request.now, **form.cleaned_data
            )
        except SomebodyWasFirst as refusal:
            form.add_error(None, str(refusal))
        else:
            route, arguments = _next_page(request, role, goes_on)
            undo = "" if is_own else reverse("people:undo_end", args=[role.pk])
            sentence = _("%(person)s is no longer %(role)s.") % _in_words(role)
            return done(request, sentence, route, *arguments, undo=undo)
    consequences = roles.what_ends(role, request.now)
    return page(
        request,
        "admin/end_role",
        _("End the role of %(person)s as %(role)s?") % _in_words(role),
        programme=role.programme,
        role=role,
        is_own=is_own,
        is_own_access=is_own and role.kind == Role.Kind.MANAGER,
        consequences=consequences,
        seen=roles.fingerprint(consequences),
        form=form,
    )


@dashboard("GET", "POST", refuses_itself=True)
def reset_factor(request, pk):
    """What it means to take somebody's second factor off, and the button."""
    known = Role.objects.live().filter(programme__in=permissions.with_people_of(request.user))
    role = get_object_or_404(known.select_related("user", "programme"), pk=pk)
    form = ResetFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lost_factors.reset(
            role.user, by=request.user, programme=role.programme, now=request.now, **form.cleaned_data
        )
        sentence = _("The second factor of %(person)s is reset, and they are told.") % {"person": role.user}
        return done(request, sentence, "people:people_of", role.programme.slug)
    return page(
        request,
        "admin/reset_factor",
        _("Reset the second factor of %(person)s?") % {"person": role.user},
        programme=role.programme,
        role=role,
        refusal=lost_factors.why_it_stays(role.user, by=request.user),
        form=form,
    )


@dashboard("POST", refuses_itself=True)
def undo_end(request, pk):
    """Give a role back that one ended oneself."""
    mine = permissions.with_people_of(request.user)
    ended = Role.objects.filter(programme__in=mine, ended_by=request.user)
    role = get_object_or_404(ended.select_related("user", "programme"), pk=pk)
    return attempt(
        request,
        lambda: roles.undo_end(role, by=request.user, now=request.now),
        lambda came_back: " ".join([_("%(person)s is %(role)s again.") % _in_words(role), came_back]).strip(),
        "people:people_of",
        role.programme.slug,
    )


def _next_page(request, role: Role, goes_on: Destination | None) -> tuple[str, tuple]:
    """Route and arguments of the page after the end of a role; the reader may just have ended their own."""
    if not permissions.can_manage(request.user, role.programme):
        return "public:home", ()
    if goes_on is None:
        return "people:people_of", (role.programme.slug,)
    return goes_on.route, goes_on.arguments


def _in_words(role: Role) -> dict:
    return {"person": role.user, "role": role.get_kind_display()}
