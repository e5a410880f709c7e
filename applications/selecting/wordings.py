"""The mails of a call that a programme can word itself: to founders, to reviewers, and the letters of decision."""

from accelerator.messages import wordings

STARTUP = ("application.startup.name", "application")
MISSING = "missing|join:bullets"
LINK: wordings.Places = {"link": "link"}
OF_DRAFT: wordings.Places = {
    "startup": STARTUP,
    "call": "call.name",
    "missing": MISSING,
    "deadline": "deadline",
    **LINK,
}
OF_REVIEWS: wordings.Places = {
    "call": "call.name",
    "count": "count",
    "due": "call.reviews_due_on|day",
    "link": "url",
}
DAYS: wordings.Places = {"place": "programme.place", "start": "call.starts_on|day", "end": "call.ends_on|day"}
COMMENTS: wordings.Places = {"comments": "comments|join:paragraphs"}

wordings.declare(
    "applications.deadline_nears",
    {"when": "when", **OF_DRAFT},
    needs=["link", "deadline"],
)
wordings.declare(
    "applications.changes_not_in",
    {"when": "when", "number": "number", "changes": "changes|join:bullets", **OF_DRAFT},
    needs=["link", "deadline"],
)
wordings.declare(
    "applications.not_submitted",
    {"next_call": "call.next_call", **OF_DRAFT},
    needs=["link"],
)
wordings.declare(
    "applications.receipt",
    {
        "startup": STARTUP,
        "call": "call.name",
        "receipt": "version.receipt_number",
        "number": "version.number",
        "when": "version.received_at|moment_text:call",
        "utc": "version.content.received_at",
        "by": "version.submitted_by",
        "hash": "version.content_hash",
        "deadline": "application.deadline|deadline_text:call",
        "link": "link",
    },
    needs=["receipt", "link"],
)
wordings.declare(
    "applications.withdrawn",
    {
        "by": "by",
        "startup": STARTUP,
        "call": "call.name",
        "deadline": "application.deadline|deadline_text:call",
        "link": "link",
    },
    needs=["by", "link"],
)
wordings.declare(
    "applications.answer_day_moved",
    {
        "startup": STARTUP,
        "before": "before|day",
        "day": "call.decision_on|day",
        "reason": "reason",
        "link": "link",
    },
    needs=["day"],
)
wordings.declare(
    "applications.readings_assigned",
    {**OF_REVIEWS},
    needs=["link"],
)
wordings.declare(
    "applications.review_due_soon",
    {**OF_REVIEWS},
    needs=["link"],
)
wordings.declare(
    "applications.review_overdue",
    {"decision": "call.decision_on|day", **OF_REVIEWS},
    needs=["link"],
)
wordings.declare(
    "applications.offer_expiring",
    {
        "startup": STARTUP,
        "answer_by": "offer.expires_at|deadline_text:programme",
        "link": ("base_url|add:offer.get_absolute_url", "offer.get_absolute_url"),
    },
    needs=["answer_by", "link"],
)

wordings.declare(
    "applications.letter_offer",
    {
        "startup": STARTUP,
        "seats": "call.seats",
        "answer_by": "answer_by",
        "link": "offer_link",
        **DAYS,
        **COMMENTS,
    },
    needs=["answer_by", "link"],
    has_person=False,
)
wordings.declare(
    "applications.letter_promoted",
    {
        "startup": STARTUP,
        "answer_by": "offer.expires_at|deadline_text:programme",
        "link": ("base_url|add:offer.get_absolute_url", "offer.get_absolute_url"),
        **DAYS,
    },
    needs=["answer_by", "link"],
    has_person=False,
)
wordings.declare(
    "applications.letter_reserve",
    {"startup": STARTUP, "seats": "call.seats", **COMMENTS},
    has_person=False,
)
wordings.declare(
    "applications.letter_not_selected",
    {"startup": STARTUP, "seats": "call.seats", "next_call": "call.next_call", **COMMENTS},
    has_person=False,
)
wordings.declare(
    "applications.letter_not_eligible",
    {"startup": STARTUP, "reason": "application.eligibility_reason", "next_call": "call.next_call"},
    needs=["reason"],
    has_person=False,
)
