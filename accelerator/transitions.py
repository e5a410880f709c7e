"""Changes of state: one table of what may follow what, one conditional UPDATE, one sentence when refused."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _


class NotAllowed(Exception):
    """A rule says no. The message is a sentence fit to show to the person who asked."""


class WrongValue(NotAllowed):
    """One of the values that were asked for cannot be: `field` names it, for the form that shows the sentence there."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


class SomebodyWasFirst(NotAllowed):
    """The row is no longer in the state that the caller saw."""


class HasStatus(models.Model):
    """A row with a `status` that changes only along `TRANSITIONS` ({from: {to, …}})."""

    TRANSITIONS: dict[str, set[str]] = {}
    if TYPE_CHECKING:  # each model brings its own, with its own choices
        status: models.CharField[Any, Any]

        def get_status_display(self) -> str: ...

    class Meta:
        abstract = True

    def move_to(self, status: str, **fields) -> None:
        """Set `status` and `fields` in one UPDATE that matches only the status this object was loaded with.

        Raises NotAllowed when the table has no such step, SomebodyWasFirst when the row has moved on meanwhile.
        """
        rows, values = self.step_to(status, **fields)
        if not rows.update(**values):
            raise SomebodyWasFirst(
                _("Somebody else has just changed this. Reload the page to see where it stands.")
            )
        self.note_step(values)

    def step_to(self, status: str, **fields) -> tuple[models.QuerySet[Any], dict[str, Any]]:
        """The same for whoever holds the row's lock and writes other rows with it: what is updated, and to what."""
        if status not in self.TRANSITIONS.get(self.status, ()):
            raise NotAllowed(
                _("This is already “%(status)s”, so that step is no longer possible.")
                % {"status": self.get_status_display()}
            )
        rows: models.Manager[Any] = type(self)._base_manager
        return rows.filter(pk=self.pk, status=self.status), {"status": status, **fields}

    def note_step(self, values: dict[str, Any]) -> None:
        """What was written counts for this object too."""
        for name, value in values.items():
            setattr(self, name, value)
