"""The mails about sessions that a programme can word itself."""

from accelerator.messages import wordings

WHEN = "session.starts_at|moment_text:person"
OF_SESSION: wordings.Places = {"startup": "startup", "mentor": "mentor", "when": WHEN, "link": "url"}
WHERE: wordings.Places = {"where": "mentor.meeting_link"}
LENGTH: wordings.Places = {"minutes": "session.minutes"}
TOPIC: wordings.Places = {"topic": "session.topic"}

wordings.declare(
    "mentoring.session_booked",
    {**OF_SESSION, **WHERE, **LENGTH, **TOPIC},
    needs=["when", "link"],
)
wordings.declare(
    "mentoring.session_moved",
    {"by": "by", "previously": "previously|moment_text:person", **OF_SESSION, **LENGTH},
    needs=["when", "link"],
)
wordings.declare(
    "mentoring.session_tomorrow",
    {
        "distance": "distance",
        **OF_SESSION,
        **WHERE,
        **LENGTH,
        **TOPIC,
        "brief": "brief",
        "cancel": "cancel_url",
    },
    needs=["when"],
)
wordings.declare(
    "mentoring.session_soon",
    {"distance": "distance", **OF_SESSION, **WHERE},
    needs=["when"],
)
wordings.declare(
    "mentoring.log_session",
    {"startup": "startup", "when": WHEN, "link": "log_url"},
    needs=["link"],
)
