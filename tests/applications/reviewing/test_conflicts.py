"""Conflicts of interest: who must not see what, by a recusal or by the mail domain of a partner."""

import factories
import pytest

from accelerator.models import TeamMember
from accelerator.transitions import NotAllowed
from applications.reviewing.conflicts import conflicts, partners_of_founders, recuse

pytestmark = pytest.mark.django_db


def add_founder(application, email):
    member = factories.make_user("Yara Benali", email=email)
    TeamMember.objects.create(startup=application.startup, user=member)


def test_a_founder_who_writes_from_a_partners_domain_meets_none_of_its_reviewers(call, panel, eligible):
    papyrus, _kestrel = eligible("Papyrus", "Kestrel")
    scaleway = call.programme.partners.get(slug="scaleway")
    call.programme.partners.filter(pk=scaleway.pk).update(domains=["ScaleWay.example"])
    add_founder(papyrus, "yara@scaleway.example")
    assert partners_of_founders(call) == {papyrus.pk: {scaleway.pk}}
    assert conflicts(call) == {(papyrus.pk, panel[2].pk), (papyrus.pk, panel[5].pk)}


def test_a_founder_who_left_the_team_is_no_conflict(call, panel, eligible):
    (papyrus,) = eligible("Papyrus")
    call.programme.partners.filter(slug="scaleway").update(domains=["scaleway.example"])
    add_founder(papyrus, "yara@scaleway.example")
    TeamMember.objects.filter(user__email="yara@scaleway.example").update(left_at=factories.REVIEWING)
    assert conflicts(call) == set()


def test_a_recusal_needs_a_reason_and_stands_once(call, manager, panel, eligible):
    (papyrus,) = eligible("Papyrus")
    who = panel[0].user
    with pytest.raises(NotAllowed, match="what the conflict is"):
        recuse(papyrus, who=who, reason=" ", by=manager, now=factories.REVIEWING)
    first = recuse(papyrus, who=who, reason="Cousin", by=who, now=factories.REVIEWING)
    assert recuse(papyrus, who=who, reason="Again", by=manager, now=factories.REVIEWING) == first
    assert conflicts(call) == {(papyrus.pk, panel[0].pk)}
