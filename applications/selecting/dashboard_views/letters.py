"""A manager's pages of the letters of decision: all of a call, and one to be read and changed."""

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import readings
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.messages.dashboard_views import PILLS
from accelerator.models import OutboxMessage, Reading
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.sight import Sight
from applications.selecting import publishing, releasing, seen
from applications.selecting.acts import BoardAct
from applications.selecting.forms import LetterForm
from applications.selecting.letters import comments_now, edit_letter, inputs_now
from applications.selecting.models import Decision, Letter, letter_messages


def _kind_in_words(kind: str) -> str:
    return str(Letter.Kind(kind.removeprefix(Letter.MESSAGE)).label)


@dashboard("GET", "POST")
def letters(request, call_id: int) -> HttpResponse:
    """One line for each application: which letter its team gets, and whether it has gone."""
    call = managed_call(request, call_id)
    if request.method == "POST":
        return attempt(
            request,
            lambda: publishing.write_letters(call, by=request.user, now=request.now),
            lambda count: (
                ngettext("%(count)s letter is written.", "%(count)s letters are written.", count)
                % {"count": count}
                if count
                else _("Every letter was there already.")
            ),
            "selecting:letters",
            call.pk,
        )
    readings.note(request, Reading.What.LETTERS, call)
    sight = Sight(request.user, call)
    mine = sight.all.none() if sight.is_veiled else sight.all
    names = {
        pk: (public_id, name) for pk, public_id, name in mine.values_list("pk", "public_id", "startup__name")
    }
    shown = Letter.objects.waiting().of(call).filter(application__in=mine)
    order = list(Letter.Kind.values)
    rows = [
        {
            "public_id": names[row["object_id"]][0],
            "startup": names[row["object_id"]][1],
            "kind": _kind_in_words(row["kind"]),
            "rank": order.index(row["kind"].removeprefix(Letter.MESSAGE)),
            "status_in_words": OutboxMessage.Status(row["status"]).label.capitalize(),
            "pill": PILLS.get(row["status"], ""),
            "people": row["people"],
            "subject": row["subject"],
        }
        for row in [*_waiting(call, names), *_gone(call, names)]
    ]
    return page(
        request,
        "applications/selecting/letters",
        _("Letters"),
        call=call,
        rows=sorted(rows, key=lambda row: (row["rank"], row["startup"].casefold())),
        sight=sight,
        is_ready=not (call.is_released or sight.is_veiled or releasing.blocking(releasing.obstacles(call))),
        decided=not sight.is_veiled and Decision.objects.filter(call=call).exists(),
        waiting="" if call.is_released or sight.is_veiled else in_words(shown),
    )


def _waiting(call: Call, applications) -> list[dict]:
    letters = Letter.objects.waiting().of(call).filter(application__in=applications)
    people = letters.recipients()
    return [
        row | {"status": OutboxMessage.Status.HELD, "people": people[row["object_id"]]}
        for row in letters.values("kind", "subject", object_id=F("application"))
    ]


def _gone(call: Call, applications):
    gone = letter_messages(call).filter(object_id__in=list(applications))
    gone = gone.exclude(status=OutboxMessage.Status.CANCELLED)
    return gone.values("object_id", "kind", "status", "subject").annotate(people=Count("pk")).order_by("kind")


@dashboard("GET", "POST")
def letter(request, call_id: int, public_id: str) -> HttpResponse:
    """Read a letter and, while it is held, change its words."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    readable = sight.all.none() if sight.is_veiled else sight.all
    application = get_object_or_404(
        readable.select_related("startup", "call__programme"), public_id=public_id
    )
    if application.pk in sight.hidden and not call.is_released:
        messages.error(
            request,
            _(
                "What other reviewers wrote stands in this letter. Hand in your own review of %(startup)s first."
            )
            % {"startup": application},
        )
        return redirect("selecting:letters", call.pk)
    readings.note(request, Reading.What.LETTER, application)
    others_shown(request, sight, application)  # their comments stand in it
    waiting = Letter.objects.waiting().of(call).filter(application=application).first()
    if waiting:
        newest, people = waiting, waiting.recipients_now()
    else:
        gone = letter_messages(call).filter(object_id=application.pk)
        gone = gone.exclude(status=OutboxMessage.Status.CANCELLED).select_related("recipient")
        copies = get_list_or_404(gone.order_by("-pk"))
        newest = copies[0]
        people = [copy.recipient for copy in copies if copy.kind == newest.kind]
    form = LetterForm(
        request.POST or None,
        initial={
            "subject": newest.subject,
            "text": newest.text,
            "seen": seen.of_letter(waiting) if waiting else "",
            "read": inputs_now(waiting) if waiting else "",
        },
    )
    newer = None
    if request.method == "POST" and form.is_valid():
        try:
            edit_letter(
                application,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                saw=form.cleaned_data["seen"],
                read=form.cleaned_data["read"],
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
            if isinstance(refusal, SomebodyWasFirst) and waiting:
                newer = waiting
                form.has_seen(seen.of_letter(waiting))  # who presses again has both before them
        else:
            sentence = _("The letter to %(startup)s is changed.") % {"startup": application}
            act = BoardAct.objects.filter(call=call, by=request.user).latest("pk")
            undo = reverse("selecting:undo", args=[call.pk, act.pk])
            return done(request, sentence, "selecting:letters", call.pk, undo=undo)
    return page(
        request,
        "applications/selecting/letter",
        _("Letter to %(startup)s") % {"startup": application},
        call=call,
        application=application,
        letter=newest,
        kind=_kind_in_words(newest.kind),
        people=people,
        form=form if waiting else None,
        newer=newer,
        comments=_changed_comments(waiting),
    )


def _changed_comments(waiting: Letter | None) -> list[str]:
    """What reviewers wrote since the letter was, or wrote otherwise: for who changes it to bring in."""
    if waiting is None or not waiting.inputs or waiting.inputs == inputs_now(waiting):
        return []
    return [comment for comment in comments_now(waiting) if comment.strip() not in waiting.text]


def in_words(letters) -> str:
    """5 letters to 9 people, as the teams are now."""
    people = letters.recipients().total()
    to = ngettext("to %(people)s person", "to %(people)s people", people) % {"people": people}
    count = letters.count()
    return ngettext("%(count)s letter %(to)s", "%(count)s letters %(to)s", count) % {"count": count, "to": to}
