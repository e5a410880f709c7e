"""How often a founder's path asks the database. Sessions are counted; savepoints and a rehearsal's clock are not, nor is
what a server keeps between requests, which is not kept inside the transaction of a test: a call's questions."""

import json
import uuid

import factories
import factories_founder as founders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.models import TeamMember
from applications.applying import drafts
from applications.models import Application

pytestmark = pytest.mark.django_db
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", 'SELECT "applications_question"')


class Path:
    """One founder, whose requests are counted by step."""

    def __init__(self, client):
        self.client, self.counts = client, {}

    def get(self, step, address):
        return self._ask(step, lambda: self.client.get(address), 200)

    def post(self, step, address, given, status=302, **more):
        return self._ask(step, lambda: self.client.post(address, given, **more), status)

    def _ask(self, step, act, status):
        with CaptureQueriesContext(connection) as asked:
            answer = act()
        assert answer.status_code == status, answer.content
        said = [q["sql"].strip() for q in asked]
        counted = [sql for sql in said if not sql.startswith(NOT_COUNTED) and "clocksetting" not in sql]
        self.counts[step] = counted
        return answer

    def asked(self, step) -> int:
        return len(self.counts[step])


def whole_application(path: Path, call, name: str) -> None:
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    form = path.post("start", start, {"name": name}).url
    page = path.get("form", form)
    given = {**factories.ANSWERS, "name": name, "deck": founders.upload(), "act": "submit"}
    given |= {"draft_version": page.context["application"].draft_version, "seen": page.context["seen"]}
    check = path.post("save", form, given).url
    tiny = path.get("review", check).context["form"].initial
    receipt = path.post("submit", check, tiny).url
    path.get("receipt", receipt)


@pytest.fixture
def path(call, while_open, signed_in):
    found = Path(signed_in(factories.make_user("Lena Aubry")))
    found.client.get(reverse("applying:my_applications"))  # where a sign-in leads
    return found


# The stamp reads the clock in its own statement, which is not counted here; so one less than bench.founder tells.
@pytest.mark.parametrize(
    "step, at_most",
    [("start", 10), ("form", 5), ("save", 13), ("review", 5), ("submit", 9), ("receipt", 4)],
)
def test_each_step_of_an_application_asks_little(path, call, step, at_most):
    whole_application(path, call, "Papyrus")
    assert path.asked(step) <= at_most, "\n".join(path.counts[step])


def test_an_answer_that_saves_itself_asks_little(call, while_open, signed_in):
    draft = founders.make_draft(call)
    path = Path(signed_in(draft.started_by))
    path.get("form", draft.get_absolute_url())
    shown = {"one_line": drafts.mark(factories.ANSWERS["one_line"])}
    given = {"touched": '["one_line"]', "seen": json.dumps(shown), "one_line": "Maps of heat"}
    given["draft_version"] = draft.draft_version
    path.post("save", draft.get_absolute_url(), given, 200, headers={"accept": "application/json"})
    assert path.asked("save") <= 8, "\n".join(path.counts["save"])


# --- The same as by the ORM -------------------------------------------------------------------------------
def test_answers_and_files_are_read_together_as_apart(call, while_open):
    draft = founders.make_draft(call)
    founders.attach(draft, pages=2)
    together, apart = founders.reread(draft), founders.reread(draft)
    files = drafts.read_contents(together)
    assert together.answers == apart.answers
    known = drafts.attached_files(apart)
    assert files.keys() == known.keys() == {"deck"}
    for field in known["deck"]._meta.concrete_fields:
        assert getattr(files["deck"], field.attname) == getattr(known["deck"], field.attname), field.name
    assert [one.pk for one in files["deck"].earlier] == [one.pk for one in known["deck"].earlier]


def test_an_emptied_answer_is_none(call, while_open):
    draft = founders.make_draft(call)
    drafts.save_draft(draft, {"problem": None}, by=draft.started_by, now=while_open, version=99)
    together = founders.reread(draft)
    drafts.read_contents(together)
    assert "problem" not in together.answers
    assert together.answers == founders.reread(draft).answers


def test_what_is_begun_in_one_statement_is_whole(call, while_open, signed_in):
    lena = factories.make_user("Lena Aubry")
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    signed_in(lena).post(start, {"name": "Papyrus"})
    draft = Application.objects.get()
    assert draft.startup.owner == lena
    assert draft.answers == {"name": "Papyrus"}
    assert (draft.started_by, draft.draft_version, draft.status) == (lena, 0, "draft")
    assert TeamMember.objects.get().joined_at == draft.started_at == draft.startup.created_at == while_open


def test_the_window_is_read_under_the_lock(call, while_open):
    """Not as the request read it: between the two the call may have been extended, or sealed."""
    from datetime import timedelta

    from applications.applying import submission
    from applications.models import CallWindow

    draft = founders.make_draft(call)
    CallWindow.objects.filter(call=call).update(closes_at=while_open - timedelta(hours=1))
    with pytest.raises(submission.TooLate):
        submission.submit(
            draft, by=draft.started_by, draft_version=draft.draft_version, idempotency_key=uuid.uuid4()
        )
