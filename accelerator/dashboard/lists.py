"""The dashboard's lists of what a programme is made of, for its managers and nobody else.

`ProgrammeAdmin` is the one base, and a test over the whole registry holds it: rows, choices and autocomplete are
those of the programmes that the reader manages; what has a status is changed by workflow functions, never here;
filters reach only listed fields; every change is written to the history.
"""

import re

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accelerator import as_seen, history
from accelerator.dashboard import frame
from accelerator.dashboard.fields import LocalisedField, in_words
from accelerator.dashboard.form_changes import changes_of
from accelerator.dashboard.readers import manages_something
from accelerator.records.fields import LocalisedTextField
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import SomebodyWasFirst

LOOKUPS = {"", "exact", "id__exact", "pk__exact", "isnull", "in", "gte", "lt"}


def choices_of(site, model: type[models.Model], request) -> models.QuerySet:
    """The rows of another model that the reader may choose from: those of its own list; programmes, and what belongs to
    one, have pages in the place of a list."""
    if site.is_registered(model):
        return site.get_model_admin(model).get_queryset(request)
    managed = Programme.objects.managed_by(request.user)
    return managed if model is Programme else model._default_manager.filter(programme__in=managed)


class OfManagedProgrammes(BaseModelAdmin):
    """Rows, choices and permissions that admins and their inlines share."""

    programme_path = "programme"  # the lookup that leads from a row to its programme
    is_read_only = False
    may_delete = False
    long_texts: tuple[str, ...] = ()  # texts that deserve more than a line
    written_as: dict = {}  # form fields for what is stored as JSON

    def get_queryset(self, request):
        managed = Programme.objects.managed_by(request.user)
        return super().get_queryset(request).filter(**{f"{self.programme_path}__in": managed})

    def get_field_queryset(self, db, db_field, request):
        """Choices of a foreign key: what the related model's own list would show."""
        return choices_of(self.admin_site, db_field.remote_field.model, request)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        form_class = self.written_as.get(db_field.name)
        if isinstance(db_field, LocalisedTextField):
            form_class = LocalisedField
        if form_class:
            widget = (
                UnfoldAdminTextareaWidget if db_field.name in self.long_texts else UnfoldAdminTextInputWidget
            )
            return form_class(label=db_field.verbose_name.capitalize(), required=False, widget=widget())
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fields(self, request, obj=None):
        """What is only read is read as words; a form has its own way of showing what is stored as JSON."""
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else in_words(self.model, fields)

    @property
    def has_workflow(self) -> bool:
        return hasattr(self.model, "TRANSITIONS")

    def has_view_permission(self, request, obj=None):
        return manages_something(request)

    def has_add_permission(self, request, obj=None):
        return manages_something(request) and not self.is_read_only and not self.has_workflow

    def has_change_permission(self, request, obj=None):
        return manages_something(request) and not self.is_read_only and not self.has_workflow

    def has_delete_permission(self, request, obj=None):
        return manages_something(request) and self.may_delete and not self.has_workflow


def _labels_begin_with_a_capital(response) -> None:
    """On a phone unfold sets the name of its column before each value, and would set Every Word in capitals."""
    response.content = re.sub(r'(?<= data-label=")\w', lambda first: first[0].upper(), response.text)


class ManagedChoices(admin.RelatedFieldListFilter):
    """A filter by another row offers those that its own list would show: nobody reads there of another's programme."""

    def field_choices(self, field, request, model_admin):
        rows = choices_of(model_admin.admin_site, field.remote_field.model, request)
        return [(row.pk, str(row)) for row in rows]


class AsSeen(ModelForm):
    """A form that is refused once, with what was typed, where somebody else has changed its row since it was shown."""

    seen: str | None = None
    by: User

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.errors:
            try:
                as_seen.must_be(self.instance, self.seen, by=self.by)
            except SomebodyWasFirst as refusal:
                self.add_error(None, str(refusal))


class ProgrammeAdmin(OfManagedProgrammes, ModelAdmin):
    """A list and form of rows that belong to a programme. Say how they do in `programme_path`."""

    list_per_page = 50
    compressed_fields = True
    warn_unsaved_form = True
    change_form_before_template = "components/as_seen.html"
    times_are_the_programmes = False  # a form with times reads and shows them in the programme's zone

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        if not self.times_are_the_programmes:
            return super().changeform_view(request, object_id, *args, **kwargs)
        obj = self.get_object(request, object_id) if object_id else None
        programme = self.programme_of(obj) if obj else None
        with timezone.override(programme.zone if programme else request.user.zone):
            response = super().changeform_view(request, object_id, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response  # while the zone holds

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not (change and obj):
            return form
        posted = {"seen": request.POST.get("seen"), "by": request.user}
        return type(form)(form.__name__, (AsSeen, form), posted)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Names the state that is shown; after a refusal that of now, so that saving once more is a decision."""
        if obj:
            context["seen"] = as_seen.version_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def has_module_permission(self, request):
        return manages_something(request)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse):
            response.add_post_render_callback(_labels_begin_with_a_capital)
        return response

    def get_list_display(self, request):
        return in_words(self.model, super().get_list_display(request))

    def get_list_filter(self, request):
        related = {field.name for field in self.opts.fields if field.is_relation}
        return [
            (name, ManagedChoices) if name in related else name for name in super().get_list_filter(request)
        ]

    def get_list_select_related(self, request):
        return [
            f for f in self.list_display if f in {r.name for r in self.opts.fields if r.is_relation}
        ] or False

    def lookup_allowed(self, lookup, value, request=None):
        """Filters by listed fields only: a filter by any other is a way to ask for what is not shown."""
        listed = {f if isinstance(f, str) else f[0] for f in self.get_list_filter(request)}
        return any(
            lookup == field or (lookup.startswith(f"{field}__") and lookup[len(field) + 2 :] in LOOKUPS)
            for field in listed
        )

    def programme_of(self, obj) -> Programme | None:
        for step in self.programme_path.split("__"):
            obj = obj if step == "pk" else getattr(obj, step)
        return obj

    def construct_change_message(self, request, form, formsets, add=False):
        """For the history, in place of Django's message, which says no more than which fields were changed."""
        return {} if add else changes_of(form, formsets)

    def _record(self, request, obj, verb: str, changes=None, name: str = ""):
        history.record(
            f"{self.opts.model_name}.{verb}",
            obj,
            by=request.user,
            programme=self.programme_of(obj),
            now=request.now,
            changes=changes,
            name=name,
        )

    def log_addition(self, request, obj, message):
        self._record(request, obj, "added", message)

    def log_change(self, request, obj, message):
        self._record(request, obj, "changed", message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._record(request, obj, "deleted", name=str(obj))

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None:
            return redirect("admin:index")
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(obj.pk)])
        return frame.page(
            request,
            "admin/history",
            _("History of %(object)s") % {"object": obj},
            entries=history.told(history.of(obj)[:200], request.user.zone),
            back=back,
        )


class ProgrammeTabularInline(OfManagedProgrammes, TabularInline):
    extra = 0
    hide_title = True


class ProgrammeStackedInline(OfManagedProgrammes, StackedInline):
    extra = 0
    hide_title = True
