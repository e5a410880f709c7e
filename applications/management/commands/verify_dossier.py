"""`manage.py verify_dossier`: recompute a selection dossier, as the stand-alone script does, in the same words."""

import sys

from django.core.management.base import BaseCommand

from applications.scoring.verify_dossier import verify


class Command(BaseCommand):
    help = "Recomputes ranking, lottery and the chosen of a dossier, and says verified, or where it differs."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", help="as written by export_selection")
        parser.add_argument(
            "published", nargs="*", metavar="HASH", help="a published hash: the protocol's, or the seal"
        )

    def handle(self, *args, file: str, published: list[str], **options):
        verified, lines = verify(file, *published)
        self.stdout.write("\n".join(lines))
        if not verified:
            sys.exit(1)
