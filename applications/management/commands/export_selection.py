"""`manage.py export_selection CALL FILE`: the selection as one file without names, for anybody to recompute."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accelerator.transitions import NotAllowed
from applications.models import Call
from applications.selecting import dossiers


class Command(BaseCommand):
    help = "Writes a call's selection dossier: pseudonymised, canonical JSON that verify_dossier recomputes."

    def add_arguments(self, parser):
        parser.add_argument("call", help="programme/call, as in ai-startup-program/2024")
        parser.add_argument("file", type=Path, help="where to write it")

    def handle(self, *args, call: str, file: Path, **options):
        try:
            text = dossiers.export(_call(call), to=None)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        dossier = json.loads(text)
        state = f"Released on {dossier['released_on']}" if dossier["released_on"] else "A draft"
        count = len(dossier["result"]["ranking"])
        self.stdout.write(f"{state}: {len(dossier['readings'])} reviews of {count} applications.")
        self.stdout.write(f"protocol {dossier['protocol_sha256']}")
        self.stdout.write(f"seal     {dossier['sha256']}")


def _call(name: str) -> Call:
    calls = Call.objects.select_related("programme", "window")
    programme, _slash, slug = name.rpartition("/")
    found = calls.filter(slug=slug, **({"programme__slug": programme} if programme else {}))
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{call.programme.slug}/{call.slug}" for call in calls) or "none"
    raise CommandError(f"{name!r} names no call. There are: {known}.")
