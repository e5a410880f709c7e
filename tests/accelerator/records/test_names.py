"""Names that were stored before their forms took away what nobody sees."""

from importlib import import_module

import factories
import pytest
from django.apps import apps

from accelerator.models import Startup, TeamMember, User

pytestmark = pytest.mark.django_db
HIDDEN = "\u200b"
TURNED = "\u202e"


def migrate() -> None:
    import_module("accelerator.migrations.0012_names_without_hidden_signs").clean(apps, None)


@pytest.mark.parametrize(
    "stored, kept",
    [
        (f"Pap{HIDDEN}yrus{TURNED}", "Papyrus"),
        ("Bre\u0301guet  et\tfils ", "Br\u00e9guet et fils"),
        ("نرم\u200cافزار", "نرم\u200cافزار"),
        ("Kestrel", "Kestrel"),
    ],
)
def test_a_name_of_before_becomes_what_is_seen_of_it(stored, kept):
    founder = factories.make_user()
    startup = factories.make_startup(founder)
    User.objects.filter(pk=founder.pk).update(name=stored, title=stored)
    Startup.objects.update(name=stored)
    TeamMember.objects.update(title=stored)
    migrate()
    founder.refresh_from_db()
    startup.refresh_from_db()
    titles = list(TeamMember.objects.values_list("title", flat=True))
    assert [founder.name, founder.title, startup.name, *titles] == [kept] * 4


def test_where_nothing_is_seen_a_person_goes_by_the_address_and_a_startup_can_be_found():
    founder = factories.make_user()
    startup = factories.make_startup(founder)
    User.objects.filter(pk=founder.pk).update(name=HIDDEN)
    Startup.objects.update(name="\u3164")
    migrate()
    founder.refresh_from_db()
    startup.refresh_from_db()
    assert (str(founder), str(startup)) == (founder.email, startup.public_id)
