"""What beat and the nudges ask of a worker."""

from accelerator import delivery, reminders
from accelerator.celery import app


@app.task
def tick() -> None:
    """Every few seconds: see accelerator/reminders.py."""
    reminders.tick()


@app.task
def deliver_messages() -> None:
    """Right after a commit that wrote messages."""
    delivery.deliver()
