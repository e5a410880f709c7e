#!/usr/bin/env python
"""Django's command line for Slipway.

Without DATABASE_URL a command works on the servers of the `make run` that is up in this checkout.
"""

import os
import sys
from contextlib import nullcontext

from servers.embedded import attach, scratch_servers
from servers.places import EmbeddedError

CODE_ONLY = {"check", "collectstatic", "help", "makemessages", "makemigrations", "--help", "--version"}
OF_AN_INSTALLATION = {"SLIPWAY_SECRET_KEY", "SLIPWAY_SECRET_KEY_FILE", "SLIPWAY_BASE_URL"}
ON_SCRATCH_SERVERS = {"rehearse"}
# Numbers alone, or a world of its own: neither a database nor settings of a site.
PURE = {"simulate_selection", "stress", "verify_dossier"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accelerator.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    own_world = command in ON_SCRATCH_SERVERS
    try:
        if command in PURE:
            without_a_site()
        elif own_world or (command in CODE_ONLY and not os.environ.keys() & OF_AN_INSTALLATION):
            os.environ.setdefault("SLIPWAY_REHEARSAL", "1")
        elif command not in CODE_ONLY:
            attach()
        with scratch_servers() if own_world else nullcontext():
            from django.core.management import execute_from_command_line

            from accelerator import configuration

            configuration.read_or_exit()
            execute_from_command_line(sys.argv)
    except EmbeddedError as problem:
        sys.exit(str(problem))


def without_a_site() -> None:
    """Whoever recomputes a dossier has perhaps only this checkout; what a site set up here says does not matter."""
    for name in [name for name in os.environ if name.startswith("SLIPWAY_")]:
        del os.environ[name]
    os.environ.update(SLIPWAY_REHEARSAL="1", DATABASE_URL="postgresql:///none", SMTP_URL="")


if __name__ == "__main__":
    main()
