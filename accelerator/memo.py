"""What is worked out once per request, however many parts of a page need it."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest

Result = TypeVar("Result")


def once_per_request(function: Callable[[HttpRequest], Result]) -> Callable[[HttpRequest], Result]:
    """Keeps the result of a function of the request on that request."""
    key = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def remembering(request: HttpRequest) -> Result:
        results = request.__dict__.setdefault("once_per_request", {})
        if key not in results:
            results[key] = function(request)
        return results[key]

    return remembering
