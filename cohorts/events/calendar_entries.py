"""What the picture of the season shows of the programme itself: where it begins, its middle, and its end."""

from accelerator.ui.drawing.season import Point
from applications.calls import season
from cohorts.events.models import Event

MILESTONES = [Event.Kind.KICK_OFF, Event.Kind.MID_TERM, Event.Kind.DEMO_DAY]


@season.points
def milestones(call):
    for event in call.events.filter(kind__in=MILESTONES):
        yield Point(str(event), event.starts_at)
