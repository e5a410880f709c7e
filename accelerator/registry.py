"""How a lower application shows what a higher one knows, without importing it.

The lower application owns a Registry; the higher one adds functions to it in a small module that is discovered at
start, as Django's own `admin.py` is (see accelerator/apps.py for the names). Such a module stands at the root of an
application or in any of its packages, beside what it is about.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from django.apps import apps

ROOMS = {"accelerator", "applications", "cohorts", "mentoring", "rehearsal"}


class Registry(list):
    """A list of functions that decorates: `@reminders.notices` adds the function and returns it unchanged."""

    def __call__(self, function: Callable) -> Callable:
        self.append(function)
        return function


def discover(*names: str) -> None:
    """Import every module of these names in our applications and all their packages, in alphabetical order."""
    for application in apps.get_app_configs():
        if application.name in ROOMS:
            root = Path(application.path)
            for path in sorted(path for name in names for path in root.rglob(f"{name}.py")):
                import_module(".".join([application.name, *path.relative_to(root).with_suffix("").parts]))
