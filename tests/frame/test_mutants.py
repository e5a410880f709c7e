"""The entries of `make mutants` fit the code as it is, so that a change of a rule is seen before the long run."""

import pytest

from mutants.__main__ import check, chosen
from mutants.entries import Mutant, Unfit, load


def test_every_mutant_fits_its_file():
    mutants = load()
    assert len(mutants) >= 40
    for mutant in mutants:
        check(mutant)


@pytest.mark.parametrize("source, times", [("x = 1", 0), ("a < b; a < b", 2)])
def test_a_text_that_is_not_found_exactly_once_is_named_with_a_remedy(source, times):
    mutant = Mutant("less", "some.py", "a < b", "a <= b", (), "")
    with pytest.raises(Unfit, match=rf"less: its text stands {times} times in some.py.*Take it again"):
        mutant.applied_to(source)


def test_an_entry_that_is_incomplete_is_named(tmp_path):
    (tmp_path / "some.toml").write_text('[less]\nfile = "some.py"\ntests = []\n')
    with pytest.raises(Unfit, match=r"less in some.toml.*'text'"):
        load(tmp_path)


def test_a_name_that_nobody_has_is_refused():
    with pytest.raises(Unfit, match="No mutant is called nobody"):
        chosen(load(), ["nobody"])
