from django.apps import AppConfig

from accelerator.registry import discover
from accelerator.watching import telemetry

CONTRIBUTED = [
    "reminders",
    "audiences",
    "wordings",
    "home",
    "finding",
    "navigation",
    "calendar_entries",
    "member_chapters",
    "invitations",
    "departures",
    "message_subjects",
    "history_words",
    "health_figures",
    "lanes",
    "own_data",
    "account_closing",
    "retention",
    "orphans",
    "zone_words",
    "call_copies",
]


class AcceleratorConfig(AppConfig):
    name = "accelerator"

    def ready(self):
        telemetry.start()
        discover(*CONTRIBUTED)
