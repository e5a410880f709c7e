"""Agreeing to a programme's texts: taking note of the privacy notice, giving an undertaking by name."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.policies.models import Policy, PolicyAcceptance
from accelerator.policies.publishing import current
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst


@transaction.atomic
def give_undertaking(
    programme: Programme, *, seen: int, name: str, by: User, now: datetime
) -> PolicyAcceptance:
    """Sign the version that was read, `seen`, with one's name. Raises NotAllowed without a name or with another version."""
    policy = current(programme, Policy.Kind.UNDERTAKING)
    if policy is None or policy.number != seen:
        raise SomebodyWasFirst(
            _("The text has changed since you opened this page. Please read it once more.")
        )
    if not name.strip():
        raise NotAllowed(_("Please write your full name: it stands under the undertaking."))
    return _accept(policy, by=by, name=" ".join(name.split()), now=now)


def take_note(programme: Programme, *, by: User, now: datetime) -> None:
    """The person saw where the privacy notice stands, and which version it was."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NOTE, [programme.pk, Policy.Kind.PRIVACY, by.pk, now])
        new = cursor.fetchone()
    if new:
        notice = Policy(pk=new[0], programme=programme, kind=Policy.Kind.PRIVACY, number=new[1])
        history.record("policy.accepted", notice, by=by, programme=programme, now=now, version=notice.number)


# Of the version that counts, once; every application begins with it.
_TAKE_NOTE = f"""
    WITH current AS (
        SELECT id, number FROM {Policy._meta.db_table}
         WHERE programme_id = %s AND kind = %s
         ORDER BY number DESC LIMIT 1
    )
    INSERT INTO {PolicyAcceptance._meta.db_table} (person_id, policy_id, name, accepted_at)
    SELECT %s, id, '', %s FROM current
        ON CONFLICT (person_id, policy_id) DO NOTHING
    RETURNING policy_id, (SELECT number FROM current)
"""


def _accept(policy: Policy, *, by: User, name: str, now: datetime) -> PolicyAcceptance:
    accepted, is_new = PolicyAcceptance.objects.get_or_create(
        person=by, policy=policy, defaults={"name": name, "accepted_at": now}
    )
    if is_new:
        history.record(
            "policy.accepted", policy, by=by, programme=policy.programme, now=now, version=policy.number
        )
    return accepted
