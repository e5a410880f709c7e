"""The Celery application. Tasks only say "look in the table"; what to do stands in PostgreSQL."""

import logging
import os

from celery import Celery
from celery.signals import celeryd_init, setup_logging, worker_process_init

from accelerator import configuration

configuration.read_or_exit()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accelerator.settings")

app = Celery("slipway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logs(loglevel: int, **_) -> None:
    """Log as the rest of Slipway does; the command line's level is for Celery's own news, every tick among it."""
    logging.getLogger("celery").setLevel(loglevel)


@celeryd_init.connect
def give_way(**_) -> None:
    """People who wait for a page come before mail: of a processor that both want, the web server gets three quarters."""
    os.nice(5)


@worker_process_init.connect
def go_on_without_a_database(**_) -> None:
    from accelerator import database

    database.give_up_soon()
