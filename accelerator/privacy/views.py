"""My data: what is kept about oneself, who read it, and what one agreed to."""

from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accelerator.privacy import rooms


def _told(registry, request) -> list:
    return [one for contribute in registry for one in contribute(request.user, request.now)]


@require_safe
def my_data(request):
    read = sorted(_told(rooms.read, request), key=lambda one: one.day, reverse=True)
    response = render(
        request,
        "accelerator/privacy/my_data.html",
        {
            "kept": _told(rooms.kept, request),
            "read": read,
            "consents": _told(rooms.consents, request),
        },
    )
    patch_cache_control(response, private=True, no_store=True)
    return response
