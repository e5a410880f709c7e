"""The kinds of messages: what people call them, and the checks that ask whether one is still wanted."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.messages.models import OutboxMessage

# kind -> what people call it; each application adds its own where it writes them
NAMES: dict[str, Promise] = {}

# kind -> function(message) that returns why it is no longer wanted, or "" while it is; called when it leaves
_wanted_checks: dict[str, Callable[[OutboxMessage], str]] = {}


def still_wanted(*kinds: str):
    """Register a check that looks at the live state just before sending: withdrawn? cancelled? moved?"""

    def register(function: Callable[[OutboxMessage], str]):
        _wanted_checks.update(dict.fromkeys(kinds, function))
        return function

    return register


def why_unwanted(message: OutboxMessage) -> str:
    """Why this message should not leave any more, as a sentence; "" while it should."""
    if message.recipient and not message.recipient.is_active:
        return str(_("This person’s account is closed."))
    return _wanted_checks.get(message.kind, lambda _message: "")(message)


def name_kinds(app: str, **names: Promise) -> None:
    """Say what people call the messages of an application: `name_kinds("applications", receipt=_("Receipt of …"))`."""
    NAMES.update({f"{app}.{name}": words for name, words in names.items()})


def in_words(kind: str) -> str:
    """`applications.receipt` → Receipt of a submission."""
    return str(NAMES.get(kind) or kind.partition(".")[2].replace("_", " ").capitalize())


name_kinds(
    "accelerator",
    account_changed=_("Change of an account"),
    asks_to_be_let_in=_("Somebody asks to be let into a team"),
    factor_reset=_("A second factor was reset"),
    invitation_code=_("Code for an invitation"),
    invitation_used=_("An invitation was used"),
    invitation_used_by_you=_("Word to the invited address"),
    invite_co_founder=_("Invitation to a team"),
    invite_manager=_("Invitation to manage"),
    invite_mentor=_("Invitation to mentor"),
    invite_reviewer=_("Invitation to review"),
    conduct_report=_("By the private line of the code of conduct"),
    privacy_notice_changed=_("A new privacy notice"),
    let_in=_("Let into a team"),
    role_ended=_("A role has ended"),
    role_given_back=_("A role is given back"),
    sign_in=_("Code for signing in"),
)
