"""What one team asked, and everybody may want to know: a question and its answer on the public page, without a name."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.records.fields import localised
from accelerator.records.people import User
from accelerator.records.programmes import FrequentQuestion, Programme
from accelerator.threads.models import Reply
from accelerator.transitions import NotAllowed

MOST = 100  # of one programme: a page with more is read by nobody


@transaction.atomic
def publish(reply: Reply, *, question: str, answer: str, by: User, now: datetime) -> FrequentQuestion:
    """Put these words, which somebody has read over, at the end of the questions and answers of the programme."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=reply.message.programme_id or 0)
    known = FrequentQuestion.objects.filter(programme=programme)
    if any(question in localised(one.question).values() for one in known):
        raise NotAllowed(_("This question stands on the public page already."))
    if known.count() >= MOST:
        raise NotAllowed(
            _("There are %(count)s questions on the public page. Take one off first.") % {"count": MOST}
        )
    for name in _names(reply):
        if name.casefold() in f"{question} {answer}".casefold():
            raise NotAllowed(_("%(name)s is named. Write it so that nobody is.") % {"name": name})
    last = known.aggregate(last=Max("position"))["last"]
    made = FrequentQuestion.objects.create(
        programme=programme,
        question={programme.language: question},
        answer={programme.language: answer},
        position=0 if last is None else last + 1,
    )
    history.record("reply.made_public", reply, by=by, programme=programme, now=now, question=made.pk)
    return made


@transaction.atomic
def take_off(made: FrequentQuestion, *, by: User, now: datetime) -> None:
    """Take it off the public page again."""
    history.record("public_answer.taken_off", made, by=by, programme=made.programme, now=now)
    made.delete()


def _names(reply: Reply) -> list[str]:
    """Of whoever asked: the whole name and the address."""
    person = reply.message.recipient
    found = [person.name, person.email] if person else []
    return [name for name in [*found, reply.from_address] if len(name) > 2]
