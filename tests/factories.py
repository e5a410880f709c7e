"""Plain functions that make what tests need, with sensible defaults. No randomness, no database tricks.

The season stands at fixed instants: the call opens on 8 November 2023 and closes at the end of 1 December, Paris time.
"""

import itertools
import re
import time as wall
import unicodedata
import uuid
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from allauth.mfa.totp.internal import auth as totp

from accelerator import clock
from accelerator.models import Partner, Programme, Role, Startup, TeamMember, Topic, User
from applications.applying import receipts
from applications.calls import findings_version
from applications.models import (
    Amendment,
    Answer,
    Application,
    Assignment,
    Attachment,
    Call,
    CallReminder,
    Criterion,
    Decision,
    EligibilityCheck,
    Offer,
    Question,
    Release,
    Review,
    Reviewer,
    Score,
    SealedProtocol,
    Seat,
    Section,
    Submission,
)
from applications.reviewing import protocol

OPENS_AT = datetime(2023, 11, 8, 8, tzinfo=UTC)
CLOSES_AT = datetime(2023, 12, 1, 23, tzinfo=UTC)  # midnight in Paris, exclusive
WHILE_OPEN = datetime(2023, 11, 28, 9, tzinfo=UTC)
AFTER_CLOSE = CLOSES_AT + timedelta(minutes=5)
REVIEWING = datetime(2023, 12, 11, 9, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_count = itertools.count(1)


def make_user(name: str = "", **fields) -> User:
    number = next(_count)
    name = name or f"Person {number}"
    plain = re.sub(r"[^a-z0-9]+", ".", unicodedata.normalize("NFKD", name).lower()).strip(".")
    email = fields.pop("email", f"{plain or 'somebody'}.{number}@people.example")
    user = User.objects.create_user(email, name=name, **fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_programme(slug: str = "ai-startup-program", **fields) -> Programme:
    programme, made = Programme.objects.get_or_create(
        slug=slug,
        defaults={
            "name": "AI Startup Program",
            "place": "STATION F, Paris",
            "time_zone": "Europe/Paris",
            "statement": "Six months in Paris.",
            "summary": "For startups that build on open models.",
            "contact": "hello@programme.example",
            **fields,
        },
    )
    if made:
        for position, (key, name) in enumerate(
            [("meta", "Meta"), ("hugging-face", "Hugging Face"), ("scaleway", "Scaleway")]
        ):
            Partner.objects.create(
                programme=programme, slug=key, name=name, position=position, gives="Time", is_lead=True
            )
        for position, key in enumerate(["language", "vision", "speech"]):
            Topic.objects.create(programme=programme, key=key, label=key.title(), position=position)
    return programme


QUESTIONS = [
    {"key": "name", "kind": "text", "label": "Name of the startup", "fills": "name"},
    {"key": "website", "kind": "url", "label": "Website", "fills": "website", "required": False},
    {"key": "country", "kind": "country", "label": "Country", "fills": "country"},
    {"key": "one_line", "kind": "text", "label": "In one line", "fills": "one_line", "max_words": 30},
    {"key": "problem", "kind": "long_text", "label": "Which problem do you solve?", "max_words": 50},
    {"key": "team_size", "kind": "integer", "label": "How many are you?", "minimum": 1, "maximum": 500},
    {
        "key": "topics",
        "kind": "choices",
        "label": "Topics",
        "choices": [{"value": k, "label": {"en": k.title()}} for k in ("language", "vision", "speech")],
    },
    {"key": "deck", "kind": "file", "label": "Your deck", "max_megabytes": 20},
    {"key": "consent_privacy", "kind": "consent", "label": "I have read the privacy notice"},
]
ANSWERS = {
    "name": "Papyrus",
    "website": "https://papyrus.example",
    "country": "FR",
    "one_line": "Reads land registers with open models",
    "problem": "Notaries wait weeks for an extract.",
    "team_size": 4,
    "topics": ["language"],
    "consent_privacy": True,
}


def make_call(programme: Programme | None = None, *, slug: str = "2023", seats: int = 5, **fields) -> Call:
    programme = programme or make_programme()
    window = {name: fields.pop(name) for name in ("opens_at", "closes_at") if name in fields}
    call = Call.objects.announce(
        **{"opens_at": OPENS_AT, "closes_at": CLOSES_AT, **window},
        programme=programme,
        slug=slug,
        name="First edition",
        seats=seats,
        **{
            "reserve": 5,
            "reviews_per_application": 3,
            "reviews_due_on": date(2023, 12, 18),
            "decision_on": date(2023, 12, 21),
            "offer_days": 5,
            "starts_on": date(2024, 1, 8),
            "ends_on": date(2024, 6, 28),
            "who_may_apply": [{"en": "Startups that build on open models."}],
            **fields,
        },
    )
    section = Section.objects.create(call=call, key="startup", title="Your startup")
    for position, question in enumerate(QUESTIONS):
        Question.objects.create(call=call, section=section, position=position, **question)
    for position, (key, weight) in enumerate([("open_models", 60), ("team", 40)]):
        Criterion.objects.create(
            call=call,
            key=key,
            name=key.replace("_", " ").title(),
            question="How well?",
            weight=weight,
            position=position,
            anchors={"0": {"en": "Nothing"}, "5": {"en": "Some"}, "10": {"en": "All one could ask"}},
        )
    EligibilityCheck.objects.create(call=call, key="open", text="It builds on an open model")
    CallReminder.objects.create(call=call, days_before=1, at=time(10))
    return call


def make_startup(founder: User | None = None, *, name: str = "Papyrus", **fields) -> Startup:
    startup = Startup.objects.create(name=name, country="FR", one_line="Reads land registers", **fields)
    TeamMember.objects.create(startup=startup, user=founder or make_user(f"Founder of {name}"), is_owner=True)
    return startup


def make_application(
    call: Call,
    founder: User | None = None,
    *,
    name: str = "Papyrus",
    submitted: bool = False,
    sealed: bool = False,
    eligible: bool = False,
    deck: bool = False,
    **fields,
) -> Application:
    """A draft; or submitted with its version (and sealed, and found eligible) where asked; with a deck where asked."""
    startup = make_startup(founder, name=name)
    owner = startup.members.get().user
    answers = {**ANSWERS, "name": name, **fields.pop("answers", {})}
    application = Application.objects.create(
        call=call,
        startup=startup,
        started_by=owner,
        started_at=OPENS_AT,
        saved_at=OPENS_AT,
        draft_version=1,
        **fields,
    )
    Answer.objects.bulk_create(Answer.rows(application, answers))
    attached = {"deck": attach(application).file} if deck else {}
    if submitted or sealed or eligible:
        questions = call.listed_questions
        content = receipts.content_of(application, questions, attached, number=1, received_at=WHILE_OPEN)
        Submission.objects.create(
            application=application,
            number=1,
            content=content,
            content_hash=receipts.digest(content),
            received_at=WHILE_OPEN,
            submitted_by=owner,
            idempotency_key=uuid.uuid4(),
        )
        application.move_to(Application.Status.SUBMITTED, submitted_at=WHILE_OPEN, submitted_draft_version=1)
    if sealed or eligible:
        Application.objects.filter(pk=application.pk).update(sealed_at=AFTER_CLOSE)
    if eligible:
        Application.objects.filter(pk=application.pk).update(eligibility="eligible", screened_at=REVIEWING)
        findings_version.changed(call)
    application.refresh_from_db()
    return application


def give_role(user: User, programme: Programme, kind: str, partner: Partner | None = None) -> Role:
    role, _made = Role.objects.get_or_create(
        user=user, programme=programme, kind=kind, defaults={"partner": partner, "granted_at": OPENS_AT}
    )
    if kind in {"manager", "reviewer"}:
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.is_staff = True
    return role


def make_manager(programme: Programme, name: str = "Inès Moreau") -> User:
    user = make_user(name)
    give_role(user, programme, "manager")
    return user


def make_reviewer(call: Call, name: str = "", partner: str = "meta", **fields) -> Reviewer:
    user = make_user(name)
    organisation = call.programme.partners.get(slug=partner)
    give_role(user, call.programme, "reviewer", organisation)
    return Reviewer.objects.create(
        call=call, user=user, partner=organisation, **{"topics": ["language"], **fields}
    )


def assign(reviewer: Reviewer, application: Application) -> Assignment:
    return Assignment.objects.create(application=application, reviewer=reviewer, assigned_at=REVIEWING)


def make_review(assignment: Assignment, *marks: int) -> Review:
    """A submitted review with these marks, in the order of the rubric; the total is their weighted mean."""
    criteria = list(assignment.application.call.criteria.all())
    marks = marks or (7,) * len(criteria)
    total = sum(m * c.weight for m, c in zip(marks, criteria, strict=True)) / sum(c.weight for c in criteria)
    review = Review.objects.create(
        assignment=assignment,
        status="submitted",
        total=round(total, 6),
        opened_at=REVIEWING,
        saved_at=REVIEWING,
        submitted_at=REVIEWING,
        comment_for_panel="Solid.",
        comment_for_applicant="Well done.",
    )
    for mark, criterion in zip(marks, criteria, strict=True):
        Score.objects.create(review=review, criterion=criterion, value=mark)
    findings_version.changed(assignment.application.call)
    return review


def seal_rules(call: Call) -> SealedProtocol:
    """The rules as they stand, sealed as the clock does it when the call closes."""
    from applications.setup import sealing_rules

    return sealing_rules.seal(call, by=None, now=AFTER_CLOSE)


def wishes(call: Call, **changes) -> dict:
    """What an amendment asks for: the rules as they are, with other columns of the call or other weights by key."""
    document = protocol.in_force(call).document
    criteria = [
        {**one, "weight": str(changes.pop(one["name"], one["weight"]))} for one in document["criteria"]
    ]
    columns = {name: document[key] for name, key in protocol.PARTS.items()}
    return columns | {"criteria": criteria} | changes


def propose_amendment(call: Call, *, by: User, asks_earlier: bool = False, **changes) -> Amendment:
    """That the weights be 50 and 50, unless something else is wished."""
    from applications.setup import amendments

    seen = seal_rules(call).sha256
    return amendments.propose(
        call,
        wishes(call, **(changes or {"open_models": 50, "team": 50})),
        asks_earlier=asks_earlier,
        reason="The team counts for more",
        seen=seen,
        by=by,
        now=REVIEWING,
    )


def release(
    call: Call, manager: User, applications: list[Application], reserve: list[Application] = ()
) -> list[Offer]:
    """Seats, decisions, release and open offers, written straight into the tables."""
    offers = []
    for number, application in enumerate(applications, 1):
        seat = Seat.objects.create(call=call, number=number)
        Decision.objects.create(
            call=call,
            application=application,
            outcome="selected",
            seat=seat,
            decided_by=manager,
            decided_at=REVIEWING,
        )
        offers.append(
            Offer.objects.create(
                application=application,
                seat=seat,
                offered_at=REVIEWING,
                expires_at=REVIEWING + timedelta(days=5),
            )
        )
    for position, application in enumerate(reserve, 1):
        Decision.objects.create(
            call=call,
            application=application,
            outcome="reserve",
            reserve_position=position,
            decided_by=manager,
            decided_at=REVIEWING,
        )
    Release.objects.create(call=call, released_by=manager, released_at=REVIEWING)
    return offers


ONE_PAGE = (
    b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Count 1 /Kids [3 0 R]>> endobj\n"
    b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 96 54]>> endobj\ntrailer <</Size 4 /Root 1 0 R>>\n%%EOF\n"
)


def attach(application: Application, key: str = "deck", content: bytes = ONE_PAGE) -> Attachment:
    from django.core.files.base import ContentFile

    from accelerator.models import StoredFile

    owner = application.startup.members.first().user
    stored = StoredFile(
        startup=application.startup,
        uploaded_by=owner,
        name="deck.pdf",
        size=len(content),
        sha256="0" * 64,
        content_type="application/pdf",
        pages=1,
        content_state=StoredFile.ContentState.PLAIN,
    )
    stored.content.save("deck.pdf", ContentFile(content))
    return Attachment.objects.create(application=application, question_key=key, file=stored)


def sign_in(client, user: User):
    """A test client for this person, signed in."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


def just_signed_in(client, user: User):
    """The same with what signing in leaves behind: for five minutes nobody is asked again whether it is them."""
    session = sign_in(client, user).session
    session["account_authentication_methods"] = [{"method": "code", "at": wall.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def at(moment: datetime) -> datetime:
    """Stop the programme's clock at this moment."""
    clock.freeze(moment)
    return moment


def make_cast(call: Call) -> SimpleNamespace:
    """One of each: founder, co-founder, rival founder, reviewers (assigned, other, recused), manager, stranger."""
    founder, co_founder = make_user("Lena Aubry"), make_user("Tomas Riha")
    application = make_application(call, founder, eligible=True, deck=True)
    TeamMember.objects.create(startup=application.startup, user=co_founder)
    rival = make_user("Noor Haddad")
    rival_application = make_application(call, rival, name="Kestrel", eligible=True)
    reviewer, other_reviewer = make_reviewer(call, "Ada Stern"), make_reviewer(call, "Joris Blom", "scaleway")
    recused = make_reviewer(call, "Hugo Lindt", "hugging-face")
    assignment = assign(reviewer, application)
    assign(recused, application)
    application.recusals.create(user=recused.user, reason="Former colleague", declared_by=recused.user)
    return SimpleNamespace(
        founder=founder,
        co_founder=co_founder,
        rival_founder=rival,
        reviewer=reviewer.user,
        other_reviewer=other_reviewer.user,
        recused_reviewer=recused.user,
        manager=make_manager(call.programme),
        other_manager=make_manager(make_programme("other", name="Other Programme"), "Paul Varga"),
        stranger=make_user("Sam Okoro"),
        application=application,
        rival_application=rival_application,
        assignment=assignment,
        call=call,
    )


def decline_for_good(offer: Offer, *, by: User, now: datetime) -> Offer | None:
    """Given up, and the hour to undo it has passed: the offer to the next of the reserve, if there is one."""
    from applications.selecting import offers

    offers.decline(offer, by=by, now=now)
    return offers.finish_decline(offer, offer.declines_at)


def code_of_app(secret: str) -> str:
    """The six digits that an authenticator app shows; never those of a half minute that ends before they are typed."""
    if (left := 30 - wall.time() % 30) < 5:
        wall.sleep(left)
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
