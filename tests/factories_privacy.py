"""Applications whose teams are asked for consents."""

import factories

from applications.applying.consents import KEEP_FOR_NEXT, SHARE_WITH_PARTNERS
from applications.models import Application, Call, Question


def ask(call: Call) -> None:
    for position, key in enumerate([KEEP_FOR_NEXT, SHARE_WITH_PARTNERS], 20):
        Question.objects.create(
            call=call,
            section=call.sections.get(),
            position=position,
            key=key,
            kind="consent",
            label=f"Do you agree: {key}?",
            required=False,
        )


def applied(call, founder=None, *, agrees=(KEEP_FOR_NEXT, SHARE_WITH_PARTNERS), **fields) -> Application:
    answers = {key: key in agrees for key in (KEEP_FOR_NEXT, SHARE_WITH_PARTNERS)}
    return factories.make_application(call, founder, answers=answers, **{"eligible": True, **fields})
