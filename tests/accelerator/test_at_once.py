"""Several rows in one statement are the same rows as one by one."""

import factories
import pytest
from django.db import IntegrityError, transaction

from accelerator import at_once
from accelerator.models import Startup, TeamMember, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(while_open):
    return factories.make_user("Lena Aubry")


def test_new_rows_point_to_each_other(lena, django_assert_num_queries, while_open):
    startup = Startup(name="Papyrus", created_at=while_open)
    member = TeamMember(startup=startup, user=lena, is_owner=True, joined_at=while_open)
    with django_assert_num_queries(1):
        at_once.insert(startup, member)
    assert (member.startup_id, member._state.adding) == (startup.pk, False)
    for one in (startup, member):
        kept = type(one).objects.get(pk=one.pk)
        for field in one._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(kept, field.attname), field.name


def test_what_only_the_database_knows_is_read_back():
    person = User(email="karim@example.org", password="!", joined_at=factories.WHILE_OPEN)
    at_once.insert(person)
    assert User.objects.get(pk=person.pk).language == person.language == ""


def test_either_all_of_them_are_written_or_none(lena, while_open):
    startup = Startup(name="Papyrus", created_at=while_open)
    twice = [TeamMember(startup=startup, user=lena, joined_at=while_open) for _each in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        at_once.insert(startup, *twice)
    assert not Startup.objects.exists()


def test_several_tables_change_in_one_statement(lena, django_assert_num_queries, while_open):
    startup = Startup.objects.create(name="Papyrus")
    member = TeamMember.objects.create(startup=startup, user=lena)
    with django_assert_num_queries(1):
        at_once.update(
            (TeamMember.objects.filter(startup=startup, left_at=None), {"left_at": while_open}),
            (Startup.objects.filter(pk=startup.pk), {"name": "Kestrel"}),
        )
    member.refresh_from_db()
    startup.refresh_from_db()
    assert (member.left_at, startup.name) == (while_open, "Kestrel")


def test_what_is_new_and_what_changes_with_it_are_one_statement(lena, django_assert_num_queries, while_open):
    old = Startup.objects.create(name="Papyrus")
    new = Startup(name="Kestrel", created_at=while_open)
    with django_assert_num_queries(1):
        at_once.insert(new, also=[(Startup.objects.filter(pk=old.pk), {"name": "Papyrus Ltd"})])
    assert dict(Startup.objects.values_list("pk", "name")) == {old.pk: "Papyrus Ltd", new.pk: "Kestrel"}
