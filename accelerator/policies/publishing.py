"""Writing the next version of a programme's text. Earlier ones stay, with who agreed to them."""

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.policies.models import ConductContact, Policy
from accelerator.records.fields import localised
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst


def current(programme: Programme, kind: str) -> Policy | None:
    """The version that counts; None while nobody has published one."""
    return Policy.objects.filter(programme=programme, kind=kind).last()


def shipped(programme: Programme, kind: str) -> str:
    """The text to begin from: of the privacy notice and the code of conduct also what is shown until one is published."""
    with translation.override(programme.language):
        text = render_to_string(f"accelerator/policies/shipped/{kind}.txt", {"programme": programme})
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


@transaction.atomic
def publish(
    programme: Programme,
    kind: str,
    text: str | dict[str, str],
    *,
    by: User | None,
    seen: int | None = None,
    now: datetime,
) -> Policy | None:
    """The next version, unless the text is the one that counts. A new privacy notice is sent to all who know an earlier one.

    `seen` is the version that the writer began from, 0 for none: SomebodyWasFirst where another one counts by now.
    Raises NotAllowed for a text without a word.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    wanted, latest = localised(text), current(programme, kind)
    if seen is not None and seen != (latest.number if latest else 0):
        raise SomebodyWasFirst(
            _("Somebody has published another version meanwhile. Yours is still below; read theirs first.")
        )
    if latest and dict(latest.text) == dict(wanted):
        return None
    if not any(words.strip() for words in wanted.values()):
        raise NotAllowed(_("A text without a word says nothing. Write it, or leave the one that stands."))
    made = Policy.objects.create(
        programme=programme,
        kind=kind,
        number=latest.number + 1 if latest else 1,
        text=wanted,
        published_at=now,
        published_by=by,
    )
    history.record(
        "policy.published", made, by=by, programme=programme, now=now, kind=kind, version=made.number
    )
    if kind == Policy.Kind.PRIVACY:
        _tell(made, now)
    return made


def _tell(notice: Policy, now: datetime) -> None:
    """Once each: they took note of one that is no longer the whole truth."""
    knows_an_earlier_one = User.objects.filter(
        is_active=True,
        policy_acceptances__policy__programme=notice.programme,
        policy_acceptances__policy__kind=notice.kind,
    ).distinct()
    outbox.write(
        outbox.made(
            "accelerator.privacy_notice_changed",
            key=f"privacy-notice:{notice.pk}:{person.pk}",
            to=person,
            context={"notice": notice},
            programme=notice.programme,
            about=notice,
            now=now,
        )
        for person in knows_an_earlier_one
    )


@transaction.atomic
def name_contacts(
    programme: Programme, wanted: list[tuple[str, str]], *, by: User | None, now: datetime
) -> bool:
    """Who reads the private line: (name, address) in order. Returns whether anything changed."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    before = list(programme.conduct_contacts.values_list("name", "email"))
    if before == wanted:
        return False
    programme.conduct_contacts.all().delete()
    ConductContact.objects.bulk_create(
        ConductContact(programme=programme, name=name, email=email, position=position)
        for position, (name, email) in enumerate(wanted)
    )
    history.record("programme.conduct_contacts_named", programme, by=by, programme=programme, now=now)
    return True
