"""The lists of what a call is made of. Applications, reviews, decisions and offers have pages of their own instead."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from accelerator import wording
from accelerator.dashboard.fields import ChoicesField, SentencesField, ZoneField
from accelerator.dashboard.lists import ProgrammeAdmin, ProgrammeStackedInline, ProgrammeTabularInline
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls.models import Call, CallReminder, CallWindow, EligibilityCheck, applied_to_by
from applications.questions.kinds.number import unfit_decimals
from applications.questions.models import Question, Section
from applications.reviewing import protocol
from applications.setup import call_forms, questions


class WindowInline(ProgrammeStackedInline):
    """A new call comes with its window; that of a call which exists is moved on a page of its own."""

    programme_path = "call__programme"
    model = CallWindow
    form = call_forms.WindowForm
    formset = call_forms.OneWindow
    min_num, max_num = 1, 1
    verbose_name = _("When it is open, on the programme's wall clock")

    def get_fields(self, request, obj=None):
        return ["opens", "open_until", "change_it"] if obj else ["opens_at", "last_minute"]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def has_add_permission(self, request, obj=None):
        return obj is None and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=_("Opens"))
    def opens(self, window: CallWindow) -> str:
        return wording.moment(window.opens_at, window.call.zone)

    @admin.display(description=_("Open until"))
    def open_until(self, window: CallWindow) -> str:
        return wording.deadline(window.deadline, window.call)

    @admin.display(description=_("To change it"))
    def change_it(self, window: CallWindow) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("setup:window", args=[window.pk]),
            _("Move the opening or the deadline"),
        )

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, **kwargs, validate_min=True)


class ReminderInline(ProgrammeTabularInline):
    programme_path = "call__programme"
    model = CallReminder
    fields = ["days_before", "at", "hours_before"]
    may_delete = True


class CheckInline(ProgrammeTabularInline):
    programme_path = "call__programme"
    model = EligibilityCheck
    fields = ["text", "key", "position"]


@admin.register(Call)
class CallAdmin(ProgrammeAdmin):
    form = call_forms.CallForm
    list_display = ["name", "programme", "state", "seats", "reviews_due_on", "decision_on", "starts_on"]
    list_filter = ["programme"]
    search_fields = ["name"]
    fields = [
        ("programme", "name"),
        "slug",
        ("seats", "reserve"),
        ("reviews_per_application", "offer_days"),
        "marks_that_count",
        ("reviews_due_on", "decision_on"),
        ("starts_on", "ends_on"),
        "time_zone",
        "who_may_apply",
        "next_call",
    ]
    written_as = {"who_may_apply": SentencesField, "time_zone": ZoneField}
    long_texts = ("who_may_apply",)
    inlines = [WindowInline, ReminderInline, CheckInline]
    times_are_the_programmes = True

    def get_queryset(self, request):
        """Whoever applied to a call neither sees nor changes how it is set up."""
        return super().get_queryset(request).not_applied_to_by(request.user)

    def get_readonly_fields(self, request, obj=None):
        """The day of the answers is a promise: once somebody has begun, it is moved on a page that tells them."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj and protocol.is_closed(obj, request.now):
            fields += [*protocol.PARTS, "rules"]
        return [*fields, "decision_on"] if obj and obj.applications.exists() else fields

    def get_fields(self, request, obj=None):
        """Where seats and reserve are sealed, the way to an amendment stands beside them."""
        fields = list(super().get_fields(request, obj))
        if obj and protocol.is_closed(obj, request.now):
            fields.insert(fields.index(("seats", "reserve")), "rules")
        return fields

    @admin.display(description=_("State"))
    def state(self, call: Call) -> str:
        return str(_("Draft") if call.is_draft else _("Opened"))

    @admin.display(description=_("Rules"))
    def rules(self, call: Call) -> str:
        return _way_to_an_amendment(call)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _("Saved as a draft: nobody outside knows of it until you open it."))
        return redirect("setup:call", obj.pk)

    def response_change(self, request, obj):
        """A draft is set up from one page, to which each of its parts leads back."""
        if obj.is_draft and "_continue" not in request.POST and "_addanother" not in request.POST:
            messages.success(request, _("Saved."))
            return redirect("setup:call", obj.pk)
        return super().response_change(request, obj)


def _way_to_an_amendment(call: Call) -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("Sealed, so that everybody is judged by the same."),
        reverse("setup:rules", args=[call.pk]),
        _("Propose an amendment"),
    )


class OfCallAdmin(ProgrammeAdmin):
    """A part of a call."""

    programme_path = "call__programme"
    may_delete = True

    def get_queryset(self, request):
        """Nothing of a call to which the reader applied."""
        return super().get_queryset(request).exclude(call__in=applied_to_by(request.user))

    def get_actions(self, request):
        """No bulk deletion: whether one may go depends on its call."""
        return {}


class ByVerbForm(forms.ModelForm):
    """Asks the rule of the verb that will save what is typed, so that a refusal stands beside its field."""

    def check_rule(self) -> None:
        """Raises NotAllowed for what the verb would refuse."""
        raise NotImplementedError

    def full_clean(self):
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        try:
            self.check_rule()
        except WrongValue as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        except NotAllowed as refusal:
            self.add_error(None, str(refusal))


class ByVerbAdmin(OfCallAdmin):
    """A part of a call that its verbs add, change and remove; they write the history. What has begun to be touched by a
    change is said after it."""

    def put(self, obj, **act) -> None:
        """Add it or change it."""
        raise NotImplementedError

    def take_out(self, obj, **act) -> None:
        raise NotImplementedError

    def why_kept(self, obj) -> str:
        """Why it cannot be removed; "" where it can."""
        raise NotImplementedError

    def get_readonly_fields(self, request, obj=None):
        return ["call"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and self.why_kept(obj))

    def save_model(self, request, obj, form, change):
        self.put(obj, by=request.user, now=request.now)
        if change and form.changed_data and (count := obj.call.applications.count()):
            messages.warning(
                request,
                ngettext(
                    "%(count)s application to this call has been begun and is touched by this change.",
                    "%(count)s applications to this call have been begun and are touched by this change.",
                    count,
                )
                % {"count": count},
            )

    def delete_model(self, request, obj):
        self.take_out(obj, by=request.user, now=request.now)

    def log_addition(self, request, obj, message):
        """Written by the verb."""

    def log_change(self, request, obj, message):
        """Written by the verb."""

    def log_deletions(self, request, queryset):
        """Written by the verb."""


class SectionForm(ByVerbForm):
    def check_rule(self):
        questions.check_section(self.instance)


@admin.register(Section)
class SectionAdmin(ByVerbAdmin):
    form = SectionForm
    list_display = ["title", "call", "position"]
    list_filter = ["call"]
    fields = ["call", "title", "key", "intro", "position"]
    long_texts = ("intro",)

    def put(self, obj, **act):
        questions.save_section(obj, **act)

    def take_out(self, obj, **act):
        questions.remove_section(obj, **act)

    def why_kept(self, obj):
        return questions.why_section_kept(obj)


class SectionOfCall(forms.ModelChoiceField):
    """Sections by their call, since most calls have sections of the same names."""

    def label_from_instance(self, obj):
        return f"{obj.call} · {obj}"


def _fits_decimals(decimals: int) -> None:
    if sentence := unfit_decimals(decimals):
        raise ValidationError(sentence)


class QuestionForm(ByVerbForm):
    fills = forms.ChoiceField(
        label=_("Fills"),
        required=False,
        choices=[("", "–"), *((name, capfirst(name.replace("_", " "))) for name in Question.FILLS)],
        widget=UnfoldAdminSelectWidget,
        help_text=_("The startup's own column that the answer fills."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decimals"].validators = [_fits_decimals]  # in our words rather than the database's
        section = self.fields["section"]
        assert isinstance(section, SectionOfCall)
        assert section.queryset is not None
        known = section.queryset.select_related("call__programme")
        section.queryset = known.filter(call=self.instance.call_id) if self.instance.pk else known

    def check_rule(self):
        questions.check(self.instance.call, [self.instance])


@admin.register(Question)
class QuestionAdmin(ByVerbAdmin):
    form = QuestionForm
    list_display = ["label", "kind", "required", "section", "call"]
    list_filter = ["call", "kind"]
    search_fields = ["key"]
    fields = [
        ("call", "section"),
        ("position", "key"),
        "label",
        "help",
        ("kind", "required"),
        ("fills", "max_words", "max_characters"),
        ("minimum", "maximum", "decimals", "unit"),
        ("max_megabytes", "max_pages", "refuses_more_pages"),
        "choices",
    ]
    long_texts = ("help", "choices")
    written_as = {"choices": ChoicesField}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "section":
            kwargs["form_class"] = SectionOfCall
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def put(self, obj, **act):
        questions.save(obj, **act)

    def take_out(self, obj, **act):
        questions.remove(obj, **act)

    def why_kept(self, obj):
        return questions.why_kept(obj)
