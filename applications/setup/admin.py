"""The lists of what a call is made of. Applications, reviews, decisions and offers have pages of their own instead."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.forms import BaseInlineFormSet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from accelerator import wording
from accelerator.dashboard.fields import AnchorsField, ChoicesField, SentencesField, WordListField
from accelerator.dashboard.lists import ProgrammeAdmin, ProgrammeStackedInline, ProgrammeTabularInline
from applications.calls.models import Call, CallReminder, CallWindow, EligibilityCheck
from applications.questions.models import Question, Section
from applications.reviewing.models import Criterion, Reviewer

MINUTE = timedelta(minutes=1)


class WindowForm(forms.ModelForm):
    """The window of a new call as people say it: open until its last minute. Stored is the first instant that is too late."""

    opens_at = forms.SplitDateTimeField(
        label=_("Opens"),
        widget=UnfoldAdminSplitDateTimeWidget,
        error_messages={"required": _("Say when the call opens: it cannot be saved without.")},
    )
    last_minute = forms.SplitDateTimeField(
        label=_("Open until"),
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("The last minute that is still in time, such as 23:59."),
        error_messages={"required": _("Say until when the call is open: it cannot be saved without.")},
    )

    class Meta:
        model = CallWindow
        fields = ["opens_at"]

    def clean(self):
        cleaned = super().clean()
        if last := cleaned.get("last_minute"):
            self.instance.closes_at = last + MINUTE
            if cleaned.get("opens_at") and cleaned["opens_at"] >= self.instance.closes_at:
                self.add_error("last_minute", _("This is before the call opens."))
        return cleaned


class OneWindow(BaseInlineFormSet):
    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_few_forms": _("Say when the call opens and until when: it cannot be saved without."),
    }


class WindowInline(ProgrammeStackedInline):
    """A new call comes with its window; that of a call which exists is moved on a page of its own."""

    programme_path = "call__programme"
    model = CallWindow
    form = WindowForm
    formset = OneWindow
    min_num, max_num = 1, 1
    verbose_name = _("When it is open, on the programme's wall clock")

    def get_fields(self, request, obj=None):
        return ["opens", "open_until", "change_it"] if obj else ["opens_at", "last_minute"]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def has_add_permission(self, request, obj):
        return obj is None and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=_("Opens"))
    def opens(self, window: CallWindow) -> str:
        return wording.moment(window.opens_at, window.call.programme)

    @admin.display(description=_("Open until"))
    def open_until(self, window: CallWindow) -> str:
        return wording.deadline(window.closes_at, window.call.programme)

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


class CallForm(forms.ModelForm):
    def clean_seats(self):
        seats = self.cleaned_data["seats"]
        if self.instance.pk and self.instance.numbered_seats.filter(number__gt=seats).exists():
            raise forms.ValidationError(_("Seats above this number exist already, so it can only grow."))
        return seats


@admin.register(Call)
class CallAdmin(ProgrammeAdmin):
    form = CallForm
    list_display = ["name", "programme", "seats", "reviews_due_on", "decision_on", "starts_on"]
    list_filter = ["programme"]
    search_fields = ["name"]
    fields = [
        ("programme", "name"),
        "slug",
        ("seats", "reserve"),
        ("reviews_per_application", "offer_days"),
        ("reviews_due_on", "decision_on"),
        ("starts_on", "ends_on"),
        "who_may_apply",
        "next_call",
    ]
    written_as = {"who_may_apply": SentencesField}
    long_texts = ("who_may_apply",)
    inlines = [WindowInline, ReminderInline, CheckInline]
    times_are_the_programmes = True


class OfCallAdmin(ProgrammeAdmin):
    """A part of a call. What founders have begun to answer is not deleted, and a change says whom it touches."""

    programme_path = "call__programme"
    may_delete = True

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and obj.call.applications.exists())

    def get_actions(self, request):
        """No bulk deletion: whether one may go depends on its call."""
        return {}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
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


@admin.register(Section)
class SectionAdmin(OfCallAdmin):
    list_display = ["title", "call", "position"]
    list_filter = ["call"]
    fields = ["call", "title", "key", "intro", "position"]
    long_texts = ("intro",)


@admin.register(Question)
class QuestionAdmin(OfCallAdmin):
    list_display = ["label", "kind", "required", "section", "call"]
    list_filter = ["call", "kind"]
    search_fields = ["key"]
    fields = [
        ("call", "section"),
        ("position", "key"),
        "label",
        "help",
        ("kind", "required"),
        ("fills", "max_words"),
        ("minimum", "maximum"),
        "max_megabytes",
        "choices",
    ]
    long_texts = ("help", "choices")
    written_as = {"choices": ChoicesField}


@admin.register(Criterion)
class CriterionAdmin(OfCallAdmin):
    list_display = ["name", "weight", "call", "position"]
    list_filter = ["call"]
    fields = ["call", ("key", "position"), ("name", "weight"), "question", "anchors"]
    long_texts = ("question", "anchors")
    written_as = {"anchors": AnchorsField}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        weights = sum(obj.call.criteria.values_list("weight", flat=True))
        if weights != 100:
            messages.warning(
                request, _("The weights of this rubric now add up to %(sum)s, not 100.") % {"sum": weights}
            )


@admin.register(Reviewer)
class ReviewerAdmin(OfCallAdmin):
    list_display = ["user", "partner", "capacity", "call"]
    list_filter = ["call", "partner"]
    search_fields = ["user__name", "user__email"]
    fields = ["call", "user", "partner", "topics", "capacity"]
    written_as = {"topics": WordListField}

    def has_delete_permission(self, request, obj=None):
        allowed = super(OfCallAdmin, self).has_delete_permission(request, obj)
        return allowed and not (obj and obj.assignments.exists())

    def save_model(self, request, obj, form, change):
        super(OfCallAdmin, self).save_model(request, obj, form, change)
