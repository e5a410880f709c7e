"""A dossier is checked by the command, and by the script that anybody can download, in the same words."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from applications.scoring import verify_dossier
from applications.scoring.bundle import PromisedCriterion, Protocol, dossier
from applications.scoring.marks import Marks


@pytest.fixture
def found():
    rows = [(a, r, r, [(3 * a + a * r) % 11]) for a in range(8) for r in (1, 2, 3)]
    protocol = Protocol((PromisedCriterion("Whole", 1),), seats=2, reserve=3)
    return dossier(Marks.of(rows, [1]), [1] * len(rows), protocol, salt=b"s")


def test_the_script_can_be_downloaded_and_is_the_one_that_we_test():
    served = finders.find("verify_dossier.py")
    assert Path(served).read_bytes() == Path(verify_dossier.__file__).read_bytes()


@pytest.mark.parametrize("honest", [True, False])
def test_command_and_script_say_the_same(found, tmp_path, capsys, honest):
    file = tmp_path / "dossier.json"
    file.write_text(found.text if honest else found.text.replace('"readings":3', '"readings":4'))
    code = 0
    try:
        call_command("verify_dossier", str(file), found.seal)
    except SystemExit as ended:
        code = ended.code
    script = [sys.executable, "static/verify_dossier.py", file, found.seal]
    alone = subprocess.run(script, capture_output=True, text=True, check=False)
    said = capsys.readouterr().out
    assert (said, code) == (alone.stdout, alone.returncode)
    assert (said.endswith("\nverified\n"), code) == ((True, 0) if honest else (False, 1))
