"""What beat and the nudges ask of a worker."""

from time import monotonic

from celery.signals import task_postrun, worker_shutdown

from accelerator import clock
from accelerator.celery import app
from accelerator.messages import delivery, reminders
from accelerator.privacy import exports
from accelerator.watching import health

BEAT_SECONDS = 10
_heard_at = float("-inf")


@task_postrun.connect
def say_that_this_worker_works(**_) -> None:
    """After a task: proves queue, process and database of this host. At most every ten seconds."""
    global _heard_at
    if monotonic() - _heard_at >= BEAT_SECONDS:
        health.beat(health.here("worker"))
        _heard_at = monotonic()


@worker_shutdown.connect
def say_that_this_worker_leaves(**_) -> None:
    health.leave(health.here("worker"))


@app.task
def tick() -> None:
    """Every few seconds: see accelerator/messages/reminders.py."""
    reminders.tick()


@app.task
def watch() -> None:
    """Twice a minute: store, queue and mail server are asked, and how all stands is kept for the minute."""
    health.keep_minute(clock.real_now())


@app.task
def make_copies() -> None:
    """What people asked for of their own data, where it takes longer than somebody waits."""
    exports.make_waiting()


@app.task
def deliver_messages() -> None:
    """After a commit that wrote messages, and every few seconds: one lane, which asks for the next."""
    if delivery.lane():
        deliver_messages.apply_async(expires=60)
