"""What the web server runs."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

from accelerator import configuration, turns

configuration.read_or_exit()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accelerator.settings")


def in_turn() -> turns.InTurn:
    sys.setswitchinterval(
        0.001
    )  # seconds; a ticket waits for the threads that run as often as this, five times more else
    application = get_wsgi_application()
    from accelerator import database, errors

    database.give_up_soon()
    page, for_scripts = errors.busy()
    return turns.InTurn(application, busy_page=page, busy_json=for_scripts)


def load_what_all_pages_share() -> None:
    """Views with their addresses, the engine of the templates and the renderer of forms.

    Django loads them with the first request, which then took 0.6 s longer than the others.
    """
    from django.forms.renderers import get_default_renderer
    from django.template import engines
    from django.template.backends.django import DjangoTemplates
    from django.urls import reverse
    from django.utils.formats import get_format_modules

    reverse("public:home")  # reads every URLconf
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            engine.engine.template_context_processors  # noqa: B018 - imports them
    get_default_renderer()
    get_format_modules()


application = in_turn()
load_what_all_pages_share()
# What is loaded now stays for good; not looking at it again makes every later collection cheaper.
gc.collect()
gc.freeze()
