"""The lock files: complete hashes, no addresses, and each set within the next."""

import re

import pytest

from servers.install import SETS, lock_file


def pins(name: str) -> set[str]:
    return set(re.findall(r"^([\w.\[\]-]+==[^\s\\;]+)", lock_file(name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", SETS)
def test_a_lock_file_has_a_hash_for_each_package_and_no_address(name):
    text = lock_file(name).read_text()
    assert "http" not in text
    packages = re.split(r"\n(?=\w)", text)
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)


def test_each_set_holds_the_ones_before_it_in_the_same_versions():
    assert pins("run") < pins("local") < pins("test")
