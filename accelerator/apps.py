from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

CONTRIBUTED = ["reminders", "dashboard", "navigation", "calendar_entries", "programme_file"]


class AcceleratorConfig(AppConfig):
    name = "accelerator"

    def ready(self):
        autodiscover_modules(*CONTRIBUTED)
