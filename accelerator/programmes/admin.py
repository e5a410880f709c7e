"""What a programme is made of, as its managers edit it."""

from django.contrib import admin

from accelerator.dashboard.fields import WordListField
from accelerator.dashboard.lists import ProgrammeAdmin
from accelerator.records.programmes import Benefit, FrequentQuestion, Partner, Topic


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
