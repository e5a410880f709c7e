"""The list of receipts of a call: published when it is sealed, so that anybody can see whether theirs is in it.

It names no startup and nobody: the public id of each application, the version that counts, its hash and its stamp. A
call that is sealed anew gets another list; the earlier ones stay, and each names the seal of the one before.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from applications.applying import receipt_keys, receipts
from applications.applying.models import ReceiptList, Submission
from applications.calls.models import Call

FORMAT = 1


class SealBroken(Exception):
    """What a call was sealed with cannot be found again in its versions."""


def publish(call: Call, counting: Sequence[Submission], *, sealed_at: datetime) -> ReceiptList:
    """Write down and sign which versions count; called in the transaction that seals the call."""
    earlier = ReceiptList.objects.filter(call=call).last()
    listed = receipts.seal_list(call, list(counting))
    sealed = {
        "call": listed["call"],
        "number": earlier.number + 1 if earlier else 1,
        "previous_seal": earlier.seal if earlier else "",
        "seal": receipts.digest(listed),
        "sealed_at": receipts.stamp_text(sealed_at),
    }
    file = {
        "format": FORMAT,
        "sealed": sealed,
        "submissions": listed["submissions"],
        "signature": receipt_keys.sign(receipts.canonical(sealed)),
    }
    return ReceiptList.objects.create(
        call=call,
        number=sealed["number"],
        sealed_at=sealed_at,
        seal=sealed["seal"],
        text=receipts.canonical(file).decode() + "\n",
    )


def publish_missing(call: Call) -> ReceiptList | None:
    """For a call that was sealed before lists were published. Raises SealBroken when its seal stands for other versions.

    Who withdrew after the closing was still in it then.
    """
    window = call.window
    if window.sealed_at is None or call.receipt_lists.exists():
        return None
    was_in = Q(application__status="submitted") | Q(application__withdrawn_after_closing_at__isnull=False)
    counting = list(
        Submission.objects.filter(was_in, application__call=call)
        .select_related("application")
        .defer("content")
        .order_by("application", "-number")
        .distinct("application")
    )
    if receipts.digest(receipts.seal_list(call, counting)) != window.seal_hash:
        raise SealBroken(f"The seal of {call} stands for other versions than those that are kept.")
    return publish(call, counting, sealed_at=window.sealed_at)


def newest_for(version: Submission, call: Call) -> ReceiptList | None:
    """The newest list of the call, with `names_it`: whether it names this very version. None while none is published.

    The database looks, because a list of thousands is long and this is asked with each view of a receipt.
    """
    entry = receipts.canonical(receipts.listed(version)).decode()
    names_it = ExpressionWrapper(Q(text__contains=entry), output_field=BooleanField())
    return ReceiptList.objects.filter(call=call).defer("text").annotate(names_it=names_it).last()
