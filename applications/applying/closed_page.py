"""What a founder can still do on the page of an application that cannot be changed any more.

What comes after the deadline is known above this package, which adds its links here.
"""

from dataclasses import dataclass

from accelerator.registry import Registry
from applications.applying.models import Application

acts = Registry()  # functions of the application that yield Act


@dataclass(frozen=True)
class Act:
    label: str
    url: str


def acts_on(application: Application) -> list[Act]:
    return [act for contribute in acts for act in contribute(application)]
