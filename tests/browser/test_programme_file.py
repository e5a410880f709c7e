"""A manager drops a programme file, reads what it would change, and loads it."""

from datetime import timedelta
from pathlib import Path

import factories
from django.urls import reverse

from accelerator.models import Programme
from accelerator.programmes import programme_file, written


def test_a_file_is_dropped_read_and_loaded(visit, tmp_path):
    before = factories.at(factories.OPENS_AT - timedelta(days=1))
    text = Path("tests/programmes/small-programme.toml").read_text()
    programme_file.load(programme_file.read(text, "programme.toml"), now=before)
    programme = Programme.objects.get()
    changed = tmp_path / "changed.toml"
    changed.write_text(
        written.text(programme).replace("Half of the laboratory has it.", "Half of us have it.")
    )
    page = visit(
        factories.make_manager(programme), reverse("setup:as_file", args=[programme.slug]), width=390
    )
    page.set_input_files("input[type=file]", str(changed))
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_text("1 difference").wait_for()
    page.get_by_role("button", name="Load it").click()
    page.get_by_text("changed 1 frequent question").wait_for()
    assert programme.frequent_questions.get().answer["en"] == "No. Half of us have it."
