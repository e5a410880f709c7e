"""What is kept of an account's safety: where somebody is signed in, and addresses that were exchanged."""

from django.db import models

from accelerator.records.people import User


class AddressChange(models.Model):
    """An address that was exchanged for another. Its old address can take it back for seven days."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="address_changes")
    from_email = models.EmailField()
    to_email = models.EmailField()
    changed_at = models.DateTimeField(help_text="By the machine's clock.")
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.from_email} → {self.to_email}"


class SignedIn(models.Model):
    """A browser in which somebody is signed in. The session itself is Django's; this row lets its owner see and end it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80)
    began_at = models.DateTimeField(help_text="By the machine's clock, as the next.")
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}, {self.device}"
