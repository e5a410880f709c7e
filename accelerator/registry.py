"""How a lower application shows what a higher one knows, without importing it.

The lower application owns a Registry; the higher one adds functions to it in a small module that is discovered at
start, as Django's own `admin.py` is (see accelerator/apps.py for the names). Such a module stands at the root of an
application or in any of its packages, beside what it is about.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from django.apps import AppConfig, apps

# Other people’s applications keep Django's own rule, a module at the root: their packages are not ours to import.
ROOMS = {"accelerator", "applications", "cohorts", "mentoring", "rehearsal"}


class Registry(list):
    """A list of functions that decorates: `@reminders.notices` adds the function and returns it unchanged."""

    def __call__(self, function: Callable) -> Callable:
        self.append(function)
        return function


def discover(*names: str) -> None:
    """Import every module of these names in every application and in all packages of it, in alphabetical order."""
    for application in apps.get_app_configs():
        root = Path(application.path)
        found = sorted(path for name in names for path in root.glob(f"{_depth(application)}{name}.py"))
        for path in found:
            import_module(".".join([application.name, *path.relative_to(root).with_suffix("").parts]))


def _depth(application: AppConfig) -> str:
    return "**/" if application.name in ROOMS else ""
