"""A manager and a panel, while a call is reviewed."""

import factories
import pytest


@pytest.fixture
def manager(call, reviewing):
    return factories.make_manager(call.programme)


@pytest.fixture
def panel(call):
    """Six reviewers of three organisations."""
    partners = ["meta", "hugging-face", "scaleway"]
    names = ["Ada Stern", "Joris Blom", "Mina Sato", "Pia Weiss", "Omar Diallo", "Rosa Lind"]
    return [factories.make_reviewer(call, name, partners[i % 3]) for i, name in enumerate(names)]


@pytest.fixture
def eligible(call, manager):
    """Makes eligible applications of these names."""
    return lambda *names: [factories.make_application(call, name=name, eligible=True) for name in names]
