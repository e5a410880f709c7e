"""What was promised, held against what happened: rows, files, the mail server's log, and what clients were told.

`examine()` needs a quiet world: nothing is sent or written any more. Each promise is a list of those for whom it was
broken; an empty one is kept.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from django.db import connection

from accelerator.models import OutboxMessage, StoredFile
from applications.models import Call, CallWindow, Decision, Offer, Release, Submission
from chaos.faults import Struck
from chaos.mail_server import Attempt
from cohorts.models import Membership

Status = OutboxMessage.Status
# How long after its last moment a mail may begin: it was asked about before the line to the mail server was opened,
# which may take as long as a time-out.
GRACE = timedelta(seconds=15)
CLOCKS = 0.5  # seconds between what two processes may call the same moment
WRITING = 3.0  # seconds in which a carrier writes down an answer, unless something ends it


@dataclass
class Evidence:
    """Everything that is known about one run."""

    acts: list[dict]
    attempts: list[Attempt]
    struck: list[Struck]
    files: Path
    given: dict

    def told(self, act: str) -> list[dict]:
        return [one for one in self.acts if one["act"] == act]

    def was_cut_off(self, since: float, until: float) -> bool:
        """Whether a carrier, or the database that it writes to, may have been ended or held between the two."""
        return any(
            one.fault.ends_carriers and since <= one.ended + WRITING and one.began <= until
            for one in self.struck
        )


@dataclass
class Findings:
    """`figures` says how much there was; `broken` names, for each promise, those for whom it was not kept."""

    figures: dict = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def promise(self, name: str, broken_for) -> None:
        self.broken[name] = [str(one) for one in broken_for]

    @property
    def is_kept(self) -> bool:
        return not any(self.broken.values())


@dataclass
class Entry:
    """A line of a message's diary: it was begun, or its status changed."""

    at: float
    status: str
    attempts: int
    flagged: bool


class Letters:
    """All messages with what the mail server and their diary know of each."""

    def __init__(self, evidence: Evidence):
        self.evidence = evidence
        self.rows = {row.public_id: row for row in OutboxMessage.objects.all()}
        self.attempts: dict[str, list[Attempt]] = defaultdict(list)
        # By address, because one that was refused has shown no Message-ID.
        self.tries: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in evidence.attempts:
            self.tries[attempt.recipient].append(attempt)
            if attempt.message_id:
                self.attempts[attempt.message_id.strip("<>").partition("@")[0]].append(attempt)
        self.diary: dict[int, list[Entry]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute("SELECT message, at, status, attempts, flagged FROM chaos_diary ORDER BY id")
            for message, at, *rest in cursor.fetchall():
                self.diary[message].append(Entry(at.timestamp(), *rest))

    def arrivals(self, row: OutboxMessage) -> list[Attempt]:
        return [one for one in self.attempts[row.public_id] if one.has_arrived]

    def is_refused_for_good(self, row: OutboxMessage) -> bool:
        return any(one.end == "refused for good" for one in self.tries[row.to_email])

    def is_settled(self, row: OutboxMessage) -> bool:
        """It arrived, or the messages page shows that it could not."""
        return bool(self.arrivals(row)) or row.status == Status.DEAD

    def unclear_ends(self, row: OutboxMessage) -> int:
        """How often it was begun again although nobody had said how the time before ended."""
        lines = self.diary[row.pk]
        return sum(
            before.status == after.status == Status.SENDING and before.attempts < after.attempts
            for before, after in pairwise(lines)
        )

    def is_falsely_flagged(self, row: OutboxMessage) -> bool:
        """Flagged, though no carrier had set it *sending*, or one that had got a clear answer and lived to write it."""
        for before, after in pairwise(self.diary[row.pk]):
            if after.flagged and not before.flagged:
                return before.status != Status.SENDING or not self._was_unclear(row, before.at, after.at)
        return True

    def _was_unclear(self, row: OutboxMessage, begun: float, again: float) -> bool:
        """Whether the mail that was begun then came to no clear end before it was begun again."""
        handed_over = [one for one in self.tries[row.to_email] if begun <= one.at + CLOCKS and one.at < again]
        if any(one.is_unclear for one in handed_over):
            return True
        ended = max((max(one.at, one.ended_at) for one in handed_over), default=begun)
        return self.evidence.was_cut_off(begun, ended + WRITING)


def examine(evidence: Evidence) -> Findings:
    findings, letters = Findings(), Letters(evidence)
    _messages(findings, letters, evidence)
    _twice(findings, letters)
    _stale(findings, letters, evidence)
    _submits(findings, letters, evidence)
    _codes(findings, letters, evidence)
    _seats(findings, evidence)
    _files(findings, evidence)
    return findings


# --- Messages ---------------------------------------------------------------------------------------------------
def _messages(findings: Findings, letters: Letters, evidence: Evidence) -> None:
    by_key = {row.dedupe_key: row for row in letters.rows.values()}
    accepted = evidence.told("message")
    known = [(one, by_key[one["key"]]) for one in accepted if one["key"] in by_key]
    rows = letters.rows.values()
    findings.figures |= {
        "messages accepted": len(accepted),
        "messages in all": len(rows),
        "by status": dict(Counter(row.status for row in rows)),
        "mails that arrived": sum(one.has_arrived for one in evidence.attempts),
        "mail server": dict(Counter(one.end for one in evidence.attempts)),
        "refused for good": sum(letters.is_refused_for_good(row) for row in rows),
        "given up after two unclear ends": sum(
            row.status == Status.DEAD and not letters.is_refused_for_good(row) for row in rows
        ),
    }
    findings.promise("accepted without a row", [one["key"] for one in accepted if one["key"] not in by_key])
    findings.promise(
        "lost",
        [
            *(row for row in rows if row.status == Status.SENT and not letters.arrivals(row)),
            *(row for row in rows if row.status == Status.DEAD and not _may_be_dead(letters, row)),
            *(one["key"] for one, row in known if _was_dropped(one, row)),
        ],
    )
    findings.promise(
        "still waiting",
        [f"{row} ({row.last_error})" for row in rows if row.status in (Status.WAITING, Status.SENDING)],
    )
    findings.promise("mail without a row", [key for key in letters.attempts if key not in letters.rows])


def _may_be_dead(letters: Letters, row: OutboxMessage) -> bool:
    return letters.is_refused_for_good(row) or letters.unclear_ends(row) > 0


def _was_dropped(one: dict, row: OutboxMessage) -> bool:
    """A message that nobody withdrew and that could not become useless, and that is not sent all the same."""
    allowed = {"soon useless": {Status.SKIPPED}, "due": set()}.get(one["kind"], {Status.CANCELLED})
    return row.status in {Status.SKIPPED, Status.CANCELLED} - allowed


def _twice(findings: Findings, letters: Letters) -> None:
    rows = list(letters.rows.values())
    arrivals = {row.pk: letters.arrivals(row) for row in rows}
    repeated = [row for row in rows if len(arrivals[row.pk]) > 1]
    flagged = [row for row in rows if row.may_have_arrived_twice]
    said = Counter((row.kind, row.object_id, row.to_email, row.subject) for row in rows if not row.is_secret)
    # Messages of the load have an address each; so does everybody else, and each is told a thing once.
    load = Counter(row.to_email for row in rows if row.dedupe_key.startswith("chaos:"))
    findings.figures |= {
        "arrived twice under one Message-ID": len(repeated),
        "flagged": len(flagged),
        "flagged and arrived once": sum(len(arrivals[row.pk]) == 1 for row in flagged),
        "most attempts": max((row.attempts for row in rows), default=0),
    }
    findings.promise(
        "doubled", [*(key for key, n in said.items() if n > 1), *(to for to, n in load.items() if n > 1)]
    )
    findings.promise("unflagged", [row for row in repeated if not row.may_have_arrived_twice])
    findings.promise("falsely flagged", [row for row in flagged if letters.is_falsely_flagged(row)])
    findings.promise("arrived three times", [row for row in rows if len(arrivals[row.pk]) > 2])
    findings.promise(
        "bytes differ", [row for row in repeated if len({one.digest for one in arrivals[row.pk]}) > 1]
    )
    findings.promise(
        "sent to another address",
        [row for row in rows if {one.recipient for one in letters.attempts[row.public_id]} - {row.to_email}],
    )


def _stale(findings: Findings, letters: Letters, evidence: Evidence) -> None:
    withdrawn_at = {one["key"]: one["at"] for one in evidence.told("withdrawn")}
    too_late, unwanted = [], []
    for row in letters.rows.values():
        for one in letters.attempts[row.public_id]:
            if row.useless_after and one.text_at > (row.useless_after + GRACE).timestamp():
                too_late.append(row)
            if one.text_at > withdrawn_at.get(row.dedupe_key, one.text_at):
                unwanted.append(row)
    findings.figures["withdrawn"] = len(withdrawn_at)
    findings.promise("sent when it was useless", too_late)
    findings.promise("sent after it was withdrawn", unwanted)


# --- Acts of people -----------------------------------------------------------------------------------------------
def _submits(findings: Findings, letters: Letters, evidence: Evidence) -> None:
    calls = Call.objects.exclude(pk=evidence.given["call"])
    versions = list(Submission.objects.filter(application__call__in=calls).select_related("application"))
    by_key = {str(version.idempotency_key): version for version in versions}
    accepted, refused = evidence.told("submit"), evidence.told("refused")
    receipts = defaultdict(list)
    for row in letters.rows.values():
        if row.kind == "applications.receipt":
            receipts[row.object_id].append(row)
    closing = CallWindow.objects.get(call=evidence.given["closing_call"])
    answers: dict = next((one["counts"] for one in evidence.told("answers")), {})
    findings.figures |= {
        "receipts seen": len({one["key"] for one in accepted}),
        "refused as too late": len(refused),
        "versions": len(versions),
        "answers": answers,
    }
    findings.promise("receipt seen, no version", [one for one in accepted if one["key"] not in by_key])
    findings.promise(
        "receipt of another version",
        [
            one
            for one in accepted
            if (version := by_key.get(one["key"]))
            and not one["receipt"].endswith(f"/{version.application.public_id}/receipts/{version.number}/")
        ],
    )
    findings.promise("a second version", [version for version in versions if version.number > 1])
    findings.promise(
        "not one receipt mail",
        [version for version in versions if len(receipts[version.application_id]) != 1],
    )
    findings.promise(
        "receipt mail not settled",
        [row for rows in receipts.values() for row in rows if not letters.is_settled(row)],
    )
    findings.promise("refused and kept", [one for one in refused if one["key"] in by_key])
    findings.promise(
        "kept though late",
        [
            version
            for version in versions
            if version.application.call_id == closing.call_id and version.received_at >= closing.closes_at
        ],
    )
    seen = {one["key"] for one in accepted + refused}
    findings.promise(
        "nobody was told", range(len(evidence.given["submitters"]) - len(seen)) if answers else ["no answers"]
    )


def _codes(findings: Findings, letters: Letters, evidence: Evidence) -> None:
    """Each request that was answered has its mail; how long it took is told, because the mail server was away too."""
    mails = defaultdict(list)
    for row in letters.rows.values():
        if row.is_secret:
            mails[row.to_email].append(row)
    asked = evidence.told("code")
    waits = sorted(
        min(one.ended_at for row in mails[code["to"]] for one in letters.arrivals(row)) - code["asked_at"]
        for code in asked
        if any(letters.arrivals(row) for row in mails[code["to"]])
    )
    findings.figures["sign-in codes"] = {
        "asked": len(asked),
        "median seconds": round(waits[len(waits) // 2], 1) if waits else None,
        "longest seconds": round(waits[-1], 1) if waits else None,
    }
    findings.promise(
        "code without its mail",
        [
            code["to"]
            for code in asked
            if not any(letters.is_settled(row) or row.status == Status.SKIPPED for row in mails[code["to"]])
        ],
    )


def _seats(findings: Findings, evidence: Evidence) -> None:
    call = Call.objects.get(pk=evidence.given["call"])
    offers = Offer.objects.filter(application__call=call)
    live = list(offers.live().select_related("seat"))
    accepted = offers.filter(status=Offer.Status.ACCEPTED)
    members = Membership.objects.filter(cohort__call=call)
    is_out = Release.objects.filter(call=call).exists()
    findings.figures["seats"] = {
        "released": is_out,
        "offers": offers.count(),
        "accepted": accepted.count(),
        "declined": offers.filter(status=Offer.Status.DECLINED).count(),
    }
    findings.promise("not released", [] if is_out else [call])
    findings.promise(
        "not five seats",
        []
        if len(live) == len({offer.seat_id for offer in live}) == call.seats
        else [f"{len(live)} live offers"],
    )
    findings.promise(
        "member without acceptance, or the reverse",
        set(accepted.values_list("pk", flat=True)) ^ set(members.values_list("offer", flat=True)),
    )
    told = {one["offer"] for one in evidence.told("accept")}
    findings.promise("acceptance told, not kept", told - set(accepted.values_list("pk", flat=True)))
    letters = OutboxMessage.objects.filter(kind__startswith="applications.letter_")
    per_person = Counter(letters.exclude(kind__endswith="promoted").values_list("object_id", flat=True))
    findings.promise(
        "not one letter of decision",
        [one for one in Decision.objects.filter(call=call) if per_person[one.application_id] != 1],
    )


def _files(findings: Findings, evidence: Evidence) -> None:
    """Every row has its whole file, every file its row, and every upload that was answered is kept."""
    on_disk = {
        str(path.relative_to(evidence.files)): path.stat().st_size
        for path in evidence.files.rglob("*")
        if path.is_file()
    }
    rows = dict(StoredFile.objects.values_list("content", "size"))
    sums = set(StoredFile.objects.values_list("sha256", flat=True))
    uploads = evidence.told("upload")
    findings.figures["uploads answered"] = len(uploads)
    findings.promise("upload answered, not kept", [one for one in uploads if one["sha256"] not in sums])
    findings.promise(
        "row without its file", [name for name, size in rows.items() if on_disk.get(name) != size]
    )
    findings.promise("file without its row", on_disk.keys() - rows.keys())


# --- Waiting for quiet ----------------------------------------------------------------------------------------------
def unsettled(now: datetime) -> int:
    """How many messages are due and not settled."""
    try:
        return OutboxMessage.objects.due(now).count()
    finally:
        connection.close()


def let_time_pass(now: datetime, *, nobody_carries: bool = False) -> int:
    """As if every pause were over; and every lease too, when nobody lives who holds one. Returns for how many."""
    waiting = OutboxMessage.objects.due(now)
    ended = waiting if nobody_carries else waiting.filter(lease_until=None)
    moved = ended.update(lease_until=None, next_try_at=now)
    connection.close()
    return moved


def close_call(call: int, at: datetime) -> None:
    CallWindow.objects.filter(call=call).update(closes_at=at)
    connection.close()
