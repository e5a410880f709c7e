"""What *My data* tells a founder: their applications, who read them, and what they agreed to."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import readings, wording
from accelerator.models import Partner, Reading, User
from accelerator.privacy import rooms
from accelerator.privacy.classes import Keeping, kept_as
from accelerator.privacy.rooms import Consent, Kept, OwnFile, OwnPart, ReadBy
from applications.applying import consents
from applications.applying.models import Application
from applications.reviewing.models import Assignment, Review
from applications.selecting import handing_over, keeping, letters
from applications.selecting.models import Offer

# Before the release these alone: that somebody opened a letter tells that there is one.
READ_WHILE_DECIDING = (Reading.What.APPLICATION, Reading.What.FILE, Reading.What.EXPORT)
READ_AFTER = (*READ_WHILE_DECIDING, Reading.What.LETTER, Reading.What.SCORE)


def _of(user: User):
    found = Application.objects.of(user).select_related(
        "startup", "call__programme", "call__window", "call__release"
    )
    return found.order_by("-started_at", "-pk")


def _named(application: Application) -> str:
    return f"{application.startup}, {application.call.programme}, {application.call.name}"


@rooms.kept
def applications(user: User, now: datetime) -> Iterator[Kept]:
    for application in _of(user):
        versions = application.submissions.count()
        files = application.attachments.count()
        contents = [
            ngettext("%(n)d submitted version", "%(n)d submitted versions", versions) % {"n": versions}
            if versions
            else _("a draft that was not submitted"),
            ngettext("%(n)d file", "%(n)d files", files) % {"n": files} if files else "",
        ]
        yield Kept(
            _("The application of %(which)s") % {"which": _named(application)},
            wording.list_of(filter(None, contents)),
            keeping.in_words(application),
        )


@rooms.read
def opened_by_staff(user: User, now: datetime) -> Iterator[ReadBy]:
    for application in _of(user):
        shown = READ_AFTER if application.call.is_released else READ_WHILE_DECIDING
        reviewers = set(
            Assignment.objects.filter(application=application).values_list("reviewer__user", flat=True)
        )
        counted: Counter[tuple] = Counter()
        for one in readings.of(application).filter(what__in=shown):
            role = _("a reviewer") if one.person_id in reviewers else _("a manager")
            counted[one.day, role, one.get_what_display()] += one.count
        for (day, role, what), times in counted.items():
            yield ReadBy(_named(application), day, role, what, times)


@rooms.read
def handed_to_partners(user: User, now: datetime) -> Iterator[ReadBy]:
    """Only what this team agreed to be handed on."""
    for application in _of(user):
        for entry in handing_over.entries_about(application):
            names = Partner.objects.filter(pk__in=entry.details["partners"]).values_list("name", flat=True)
            day = entry.happened_at.astimezone(application.call.zone).date()
            what = _("name, line, site and deck")
            yield ReadBy(_named(application), day, wording.list_of(names), what)


@rooms.consents
def to_applications(user: User, now: datetime) -> Iterator[Consent]:
    for application in _of(user):
        for one in consents.of(application):
            since = wording.moment(one.at, application.call.zone, weekday=False)
            words = {"moment": since, "number": one.version}
            said = (
                _("You agreed on %(moment)s (version %(number)d).") % words
                if one.is_given
                else _("Not agreed, since %(moment)s (version %(number)d).") % words
            )
            yield Consent(
                about=_named(application),
                words=one.words,
                is_given=one.is_given,
                since=said,
                effect=_effect(application, one.key),
                url=reverse("applying:change_consent", args=[application.public_id, one.key]),
            )


def _effect(application: Application, key: str) -> str:
    programme = application.call.programme
    if key == consents.KEEP_FOR_NEXT:
        return _(
            "If you are not chosen, we keep the application for %(longer)d months instead of %(shorter)d, write to you "
            "when the next call opens, and you can start there from these answers."
        ) % {"longer": programme.agreed_kept_months, "shorter": programme.rejected_kept_months}
    if key == consents.SHARE_WITH_PARTNERS:
        return _(
            "After the letters are out, we may hand partners your startup’s name, line, site and deck; never marks or "
            "the decision. What was handed on before you take it back stands below."
        )
    return ""


# --- The copy -----------------------------------------------------------------------------------------
@rooms.exported
def own_applications(user: User, now: datetime) -> Iterator[OwnPart | OwnFile]:
    """Answers, versions, consents, files; after the release the letters, what reviewers wrote in them, and their marks."""
    for application in _of(user):
        folder = f"applications/{application.public_id}"
        yield OwnPart(f"{folder}/application.json", _told(application))
        if application.call.is_released and (received := letters.received(application)):
            yield OwnPart(f"{folder}/letters.json", [_letter(one) for one in received])
            if marks := _marks(application):
                yield OwnPart(f"{folder}/marks.json", marks)
        for attachment in application.attachments.select_related("file").order_by("pk"):
            file = attachment.file
            yield OwnFile(f"{folder}/files/{attachment.question_key}-{file.public_id}.pdf", file)


def _told(application: Application) -> dict:
    startup = application.startup
    return {
        "programme": application.call.programme.name,
        "call": application.call.name,
        "startup": {
            "name": startup.name,
            "website": startup.website,
            "country": startup.country,
            "founded_year": startup.founded_year,
            "one_line": startup.one_line,
        },
        "status": application.status,
        "started_at": application.started_at,
        "submitted_at": application.submitted_at,
        "answers": application.answers,
        "earlier_answers": list(application.earlier_answers.values("key", "value", "at")),
        "versions": [
            {
                "number": one.number,
                "received_at": one.received_at,
                "sha256": one.content_hash,
                "content": one.content,
            }
            for one in application.submissions.all()
        ],
        "consents": [
            {"question": one.key, "words": one.words, "given": one.is_given, "since": one.at}
            for one in consents.of(application)
        ],
        "asked_after_the_close": list(
            application.extension_requests.values("text", "at", "answer", "answered_at")
        ),
        "asked_about_it": list(
            application.questions_back.values("text", "at", "answer_by", "answer", "answered_at")
        ),
    }


def _letter(letter: letters.ReceivedLetter) -> dict:
    return {
        "subject": letter.subject,
        "text": letter.text,
        "received_at": letter.released_at,
        "comments": [
            {"by": f"reviewer {number}", "text": comment} for number, comment in enumerate(letter.comments, 1)
        ],
    }


def _marks(application: Application) -> list[dict[str, int]]:
    """What each review that counted gave, by criterion; in an order that tells neither who nor which comment."""
    counted = Review.objects.counted().filter(assignment__application=application)
    reviews = [
        {str(score.criterion): score.value for score in review.scores.all()}
        for review in counted.prefetch_related("scores__criterion")
    ]
    return sorted((dict(sorted(marks.items())) for marks in reviews), key=lambda marks: list(marks.items()))


@rooms.own_messages
def about_own_applications(user: User) -> Q:
    mine = Application.objects.of(user)
    offers = Offer.objects.filter(application__in=mine)
    return Q(object_type=Application._meta.label_lower, object_id__in=mine.values("pk")) | Q(
        object_type=Offer._meta.label_lower, object_id__in=offers.values("pk")
    )


# --- How long -----------------------------------------------------------------------------------------
kept_as(
    Keeping.APPLICATION,
    "applications.Answer",
    "applications.Application",
    "applications.Attachment",
    "applications.ConsentChange",
    "applications.EarlierAnswer",
    "applications.Extension",
    "applications.ExtensionRequest",
    "applications.Letter",
    "applications.LetterVersion",
    "applications.Presence",
    "applications.QuestionBack",
    "applications.Submission",
    "applications.SubmitTicket",
)
kept_as(
    Keeping.DECISION,
    "applications.Assignment",
    "applications.BoardAct",
    "applications.Conflict",
    "applications.Decision",
    "applications.NamedException",
    "applications.Offer",
    "applications.ProposedAct",
    "applications.Recusal",
    "applications.Review",
    "applications.Reviewer",
    "applications.ReviewVersion",
    "applications.Score",
)
kept_as(
    Keeping.PROOF,
    "applications.FrozenDossier",
    "applications.ReceiptKey",
    "applications.ReceiptList",
    "applications.Release",
    "applications.SealedProtocol",
)
kept_as(
    Keeping.PROGRAMME,
    "applications.Amendment",
    "applications.Call",
    "applications.CallReminder",
    "applications.CallWindow",
    "applications.Criterion",
    "applications.EligibilityCheck",
    "applications.Incident",
    "applications.OfferTerms",
    "applications.Question",
    "applications.ScreeningRule",
    "applications.Seat",
    "applications.Section",
)
