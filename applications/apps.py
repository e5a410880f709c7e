from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self):
        from applications.selecting import inputs  # noqa: F401 - connects its signals
