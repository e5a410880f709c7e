"""In which zone a person reads times: that of their device, as it says itself; else that of the programme they come for."""

from django.core.exceptions import ValidationError

from accelerator.records.people import User, validate_time_zone
from accelerator.records.programmes import Programme
from accelerator.registry import Registry

NEUTRAL = "UTC"

# What else moves with somebody's zone: functions of the user, who has the new one, to sentences.
consequences = Registry()


def is_known(zone: str) -> bool:
    """Whether we can work with it: a device names its zone freely, and anybody can send anything."""
    try:
        validate_time_zone(zone)
    except ValidationError:
        return False
    return bool(zone)


def of_newcomer(told: str, programme: Programme | None) -> str:
    """For a new account. Without a word from the device it is the programme's, where there is one that can be meant."""
    if is_known(told):
        return told
    if programme is None:
        found = list(Programme.objects.all()[:2])
        programme = found[0] if len(found) == 1 else None
    return programme.time_zone if programme else NEUTRAL


def change(user: User, zone: str) -> None:
    """Times are shown in it from now on, in pages, mails and calendars."""
    validate_time_zone(zone)
    User.objects.filter(pk=user.pk).update(time_zone=zone)
    user.time_zone = zone


def what_moved(user: User) -> list[str]:
    """What else a change meant, for whoever made it."""
    return [sentence for contribute in consequences for sentence in contribute(user)]
