"""The mails to members that a programme can word itself."""

from accelerator.messages import wordings

wordings.declare(
    "cohorts.welcome",
    {
        "startup": "membership.startup",
        "start": "cohort.starts_on|day",
        "end": "cohort.ends_on|day",
        "link": "url",
    },
    needs=["link"],
)
wordings.declare(
    "cohorts.event_tomorrow",
    {
        "event": "event.title",
        "when": "event.starts_at|moment_text:person",
        "minutes": "event.minutes",
        "place": "event.place",
        "distance": "distance",
        "link": "url",
    },
    needs=["when"],
)
