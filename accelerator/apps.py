from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from accelerator import telemetry

CONTRIBUTED = [
    "reminders",
    "dashboard",
    "navigation",
    "calendar_entries",
    "member_chapters",
    "programme_file",
    "invitations",
    "departures",
]


class AcceleratorConfig(AppConfig):
    name = "accelerator"

    def ready(self):
        telemetry.start()
        autodiscover_modules(*CONTRIBUTED)
