"""The release: the one act that publishes a call's decisions, makes its offers and sends its letters.

Until then nothing of a selection shows outside the dashboard: decisions are rows that only managers load, letters are
text without a recipient.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.models import OutboxMessage, User
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing import conflicts
from applications.reviewing.sight import Sight, must_leave_to_others
from applications.selecting import letters, offers, proposals, seen
from applications.selecting.acts import NamedException, ProposedAct
from applications.selecting.locking import locked, name_exception
from applications.selecting.models import Decision, FrozenDossier, Letter, Release, letter_messages
from applications.selecting.obstacles import Obstacle, amiss, blocking, obstacles


@transaction.atomic
def release(
    call: Call,
    *,
    reason: str = "",
    saw: str | None = None,
    proposal: int | None = None,
    by: User,
    now: datetime,
) -> Release:
    """Publish everything at once: the decisions, the offers with their last minute, all the letters.

    `saw` is the mark of what the person's page showed of it (`seen.of_release`); None where no page was looked at.
    `proposal` is the key of the proposal that this confirms: a release of somebody with a conflict, or one with
    something amiss, takes a second person. Where there is none, it takes a reason.

    The dossier is made and kept in the same transaction, so that nothing can change between the two.
    """
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published already."))
    must_leave_to_others(call, by)
    conflicts.settle_all(call, now=now)
    found = obstacles(call)
    _must_be_as_seen(call, saw, found, by=by, now=now)
    if first := blocking(found):
        sentences = (
            [_("Something still stands against it. Ask somebody without a conflict of interest.")]
            if Sight(by, call).is_veiled
            else [str(one) for one in first]
        )
        raise NotAllowed(_("Nothing was published.") + " " + " ".join(sentences))
    _with_a_second_person(call, amiss(found), proposal, reason=reason, by=by, now=now)
    published = Release.objects.create(call=call, released_by=by, released_at=now)
    _freeze_dossier(published)
    chosen = Decision.objects.filter(call=call).picked().select_related("application", "seat")
    made = {
        decision.application_id: offers.make_offer(call, decision.application, decision.seat, now=now)
        for decision in chosen
    }
    count, people = letters.send(call, Letter.objects.waiting().of(call), made, now=now)
    held = letter_messages(call).filter(status=OutboxMessage.Status.HELD)
    outbox.cancel(
        held, reason=_("Another letter took its place.")
    )  # written while the version before still ran
    history.record(
        "call.released",
        call,
        by=by,
        programme=call.programme,
        now=now,
        letters=count,
        people=people,
        offers=call.seats,
    )
    return published


def _must_be_as_seen(call: Call, saw: str | None, found: list[Obstacle], *, by: User, now: datetime) -> None:
    if saw is None or Sight(by, call).is_veiled:
        return
    if seen.same(saw, seen.of_release(call, [str(one) for one in found])):
        return
    sentences = (
        _("Nothing was published: what would go out has changed since your page showed it."),
        seen.acts_since(saw, call, by, now, letters=True),
        _("Look at it again."),
    )
    raise SomebodyWasFirst(" ".join(sentence for sentence in sentences if sentence))


def _with_a_second_person(
    call: Call, wrong: list[Obstacle], proposal: int | None, *, reason: str, by: User, now: datetime
) -> None:
    """Raise NotAllowed where a second person has to agree and has not. Keeps every exception by name."""
    if proposal is not None:
        proposed = _confirmed(call, proposal, by=by, now=now)
        _name(call, wrong, reason=proposed.reason, by=proposed.proposed_by, confirmed_by=by, now=now)
        return
    in_conflict = Sight(by, call).is_veiled
    if not wrong and not in_conflict:
        return
    if proposals.second_persons(call, by).exists():
        raise NotAllowed(
            _(
                "Nothing was published: this takes a second person. Propose the release with a reason, and they confirm it."
            )
        )
    if not reason.strip():
        raise WrongValue(
            "reason",
            _(
                "Nobody is there to confirm it. Say why it goes out nevertheless: the reason goes on record, and the dossier "
                "counts the exception."
            ),
        )
    kinds = NamedException.Kind
    name_exception(
        kinds.RELEASED_IN_CONFLICT if in_conflict else kinds.NO_SECOND, call, reason=reason, by=by, now=now
    )
    _name(call, wrong, reason=reason, by=by, confirmed_by=None, now=now)


def _confirmed(call: Call, key: int, *, by: User, now: datetime) -> ProposedAct:
    """The proposal of this release, answered with yes. Raises NotAllowed where the call stands otherwise by now."""
    proposed = ProposedAct.objects.select_related("call", "proposed_by").get(
        pk=key, call=call, act=ProposedAct.Act.RELEASE
    )
    proposals.must_be_second(proposed, by)
    if not seen.same(proposed.seen, seen.of_release(call, [str(one) for one in obstacles(call)])):
        raise SomebodyWasFirst(
            _("Nothing was published: what would go out has changed since %(who)s proposed it.")
            % {"who": proposed.proposed_by}
        )
    proposals.end_confirmed(proposed, by=by, now=now)
    return proposed


def _name(
    call: Call, wrong: list[Obstacle], *, reason: str, by: User, confirmed_by: User | None, now: datetime
) -> None:
    for one in wrong:
        name_exception(
            str(one.exception),
            call,
            Application.objects.filter(pk=one.application or 0).first(),
            reason=reason,
            by=by,
            confirmed_by=confirmed_by,
            now=now,
        )


def _freeze_dossier(published: Release) -> None:
    """Keep what the selection rests on. Where there is nothing to recompute, the release goes without."""
    from applications.selecting import dossiers  # with numpy, which no answer to an offer needs

    call = published.call
    try:
        made = dossiers.made(call, released_on=published.released_at.astimezone(call.zone).date())
    except NotAllowed:
        return
    FrozenDossier.objects.create(release=published, text=made.text, seal=made.seal)
