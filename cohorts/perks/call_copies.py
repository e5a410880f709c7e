"""What partners give to the members, when a call is begun from another one."""

from collections.abc import Callable, Iterator
from datetime import datetime

from applications.calls.models import Call
from applications.setup.cloning import copies
from cohorts.perks.models import Perk


@copies
def of_perks(source: Call, moved: Callable[[datetime], datetime]) -> Iterator[Perk]:
    for perk in source.perks.order_by("position", "pk"):
        yield Perk(
            partner=perk.partner,
            key=perk.key,
            name=perk.name,
            about=perk.about,
            amount=perk.amount,
            position=perk.position,
        )
