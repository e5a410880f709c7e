"""How a lower application shows what a higher one knows, without importing it.

The lower application owns a Registry; the higher one adds functions to it in a small module that is discovered at
start, as Django's own `admin.py` is (see accelerator/apps.py for the names).
"""

from collections.abc import Callable


class Registry(list):
    """A list of functions that decorates: `@reminders.notices` adds the function and returns it unchanged."""

    def __call__(self, function: Callable) -> Callable:
        self.append(function)
        return function
