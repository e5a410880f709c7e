"""What a programme is made of, as its managers edit it."""

from django.contrib import admin

from accelerator.dashboard.fields import WordListField
from accelerator.dashboard.lists import ProgrammeAdmin, ProgrammeTabularInline
from accelerator.records.programmes import Benefit, FrequentQuestion, Partner, Programme, Topic

# How long applications are kept; docs/privacy.md says what then goes.
KEPT = ["drafts_kept_months", "rejected_kept_months", "agreed_kept_months", "members_kept_months"]


class PartnerInline(ProgrammeTabularInline):
    model = Partner
    fields = ["name", "gives", "is_lead", "position"]
    hide_title = False  # it holds the link
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Programme)
class TheProgrammeAdmin(ProgrammeAdmin):
    """A programme itself is made on a page of its own, or loaded from its file; its words are edited here."""

    programme_path = "pk"
    list_display = ["name", "place", "time_zone", "contact"]
    fields = ["name", "place", "time_zone", "contact", "statement", "summary", *KEPT]
    long_texts = ("summary",)
    inlines = [PartnerInline]

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Partner)
class PartnerAdmin(ProgrammeAdmin):
    list_display = ["name", "programme", "gives", "is_lead"]
    list_filter = ["programme", "is_lead"]
    search_fields = ["name"]
    fields = ["programme", "name", "slug", "website", "gives", "about", "domains", "is_lead", "position"]
    prepopulated_fields = {"slug": ["name"]}
    long_texts = ("about",)
    written_as = {"domains": WordListField}
    may_delete = True


@admin.register(Benefit)
class BenefitAdmin(ProgrammeAdmin):
    list_display = ["title", "programme", "partner"]
    list_filter = ["programme"]
    fields = ["programme", "partner", "title", "text", "position"]
    long_texts = ("text",)
    may_delete = True


@admin.register(FrequentQuestion)
class FrequentQuestionAdmin(ProgrammeAdmin):
    list_display = ["question", "programme"]
    list_filter = ["programme"]
    fields = ["programme", "question", "answer", "position"]
    long_texts = ("answer",)
    may_delete = True


@admin.register(Topic)
class TopicAdmin(ProgrammeAdmin):
    list_display = ["label", "key", "programme"]
    list_filter = ["programme"]
    search_fields = ["key"]
    fields = ["programme", "label", "key", "position"]
    may_delete = True
