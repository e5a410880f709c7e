"""`manage.py release_call`: what the dashboard starts to publish a call, in a process that ends with it."""

import json
from datetime import datetime

from django.core.management.base import BaseCommand
from django.utils import translation

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications import selection
from applications.models import Call


class Command(BaseCommand):
    help = (
        "Publishes a call for the manager who asked; the last line of the output says, as JSON, how it went."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("call", type=int, help="primary key")
        parser.add_argument("--by", type=int, required=True, help="primary key of the manager")
        parser.add_argument("--at", type=datetime.fromisoformat, required=True, help="moment of the release")
        parser.add_argument("--language", required=True, help="in which a refusal is said")

    def handle(self, *args, call: int, by: int, at: datetime, language: str, **options):
        refused = ""
        with translation.override(language):
            try:
                selection.release(Call.objects.get(pk=call), by=User.objects.get(pk=by), now=at)
            except NotAllowed as refusal:
                refused = str(refusal)
        self.stdout.write(json.dumps({"refused": refused}))
