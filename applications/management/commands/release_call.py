"""`manage.py release_call`: what the dashboard starts to write the letters of a call or to publish it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.models import Call
from applications.selecting import letters, releasing

ACTS: dict[str, Callable[..., Any]] = {
    "prepare_letters": letters.prepare_letters,
    "release": releasing.release,
}


class Command(BaseCommand):
    help = "Writes the letters of a call, or publishes it, for the manager who asked; the last line of the output says, as JSON, how it went."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("act", choices=ACTS)
        parser.add_argument("call", type=int, help="primary key")
        parser.add_argument("--by", type=int, required=True, help="primary key of the manager")
        parser.add_argument("--at", type=datetime.fromisoformat, required=True, help="moment of the act")
        parser.add_argument("--said", type=json.loads, default={}, help="what a release is told, as JSON")
        parser.add_argument("--language", required=True, help="in which a refusal is said")

    def handle(self, *args, act: str, call: int, by: int, at: datetime, language: str, said: dict, **options):
        refused, result = "", None
        with translation.override(language):
            try:
                result = ACTS[act](Call.objects.get(pk=call), by=User.objects.get(pk=by), now=at, **said)
            except NotAllowed as refusal:
                refused = str(refusal)
        self.stdout.write(
            json.dumps({"refused": refused, "letters": result if act == "prepare_letters" else None})
        )
