"""What partners give to the members: compute, platform access, desks."""

from django.db import models

from accelerator import clock
from accelerator.models import Partner, User
from accelerator.records.fields import LocalisedTextField
from applications.models import Call
from cohorts.admission.models import Membership


class Perk(models.Model):
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="perks")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="perks")
    key = models.SlugField()
    name = LocalisedTextField()
    about = LocalisedTextField()
    amount = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="a_perk_is_listed_once")]

    def __str__(self) -> str:
        return str(self.name)


class Grant(models.Model):
    """A perk given to one member."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="grants")
    perk = models.ForeignKey(Perk, on_delete=models.PROTECT, related_name="grants")
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "perk"], name="a_perk_is_granted_once")]

    def __str__(self) -> str:
        return f"{self.perk} for {self.membership}"
