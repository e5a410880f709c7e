"""`manage.py stress deadline|rush|files|fields`: proof under stress, on scratch servers; the package stress/ does it."""

import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Stress the deadline, the last minute, uploads or questions, and count broken promises (stress KIND --help)."
    requires_system_checks = []

    def run_from_argv(self, argv):
        """In a process of its own, which takes nothing from the settings of this one."""
        ours = ("SLIPWAY_", "DATABASE_", "REDIS_", "SMTP_", "DJANGO_SETTINGS_MODULE")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        command = [sys.executable, "-m", "stress", *argv[2:]]
        sys.exit(subprocess.call(command, cwd=settings.BASE_DIR, env=plain))
