"""What beat and the nudges ask of a worker."""

from accelerator import delivery, reminders
from accelerator.celery import app


@app.task
def tick() -> None:
    """Every few seconds: see accelerator/reminders.py."""
    reminders.tick()


@app.task
def deliver_messages() -> None:
    """After a commit that wrote messages, and every few seconds: one lane, which asks for the next."""
    if delivery.lane():
        deliver_messages.apply_async(expires=60)
