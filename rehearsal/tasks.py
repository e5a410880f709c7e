"""A jump takes a while, so a worker walks it."""

from datetime import datetime

from accelerator import clock
from accelerator.celery import app
from rehearsal import season, state


@app.task(time_limit=900, soft_time_limit=840, acks_late=False)
def walk(until: str) -> None:
    """Walk to the moment `until` (ISO 8601), stopping wherever something is due."""
    try:
        season.of_this_database().walk(datetime.fromisoformat(until))
    except Exception:
        state.end_walk(stopped_at=clock.now())
        raise
    state.end_walk()
