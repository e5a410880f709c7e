"""What a season came to: the figures, what everybody was told, and which promises held."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from accelerator.calendar import answers, chains
from accelerator.models import AccountClosing, GroupMessage, HistoryEntry, OutboxMessage
from applications.models import (
    Amendment,
    Application,
    Assignment,
    BoardAct,
    Call,
    ConsentChange,
    Decision,
    EarlierAnswer,
    Extension,
    ExtensionRequest,
    Offer,
    ProposedAct,
    QuestionBack,
    Recusal,
    Review,
    ReviewVersion,
    Seat,
    Submission,
)
from applications.selecting import findings
from cohorts.models import Membership
from mentoring.models import ActionItem, MentoringSession, SessionLog
from rehearsal.invariants import INVARIANTS, violations
from rehearsal.season import RehearsedSeason
from rehearsal.sink import Sink

LATE_AFTER = timedelta(days=1)  # of a log
WANTED = {
    "imported": 1,
    "late_refused": 3,
    "extensions": 1,
    "asked_back": 1,
    "group_messages": 1,
    "withdrawn": 1,
    "resubmitted": 1,
    "unsubmitted_changes_told": 1,
    "draft_conflicts": 1,
    "answers_restored": 1,
    "conflicts": 1,
    "changed_after_others": 1,
    "amendments": 1,
    "offers_declined": 1,
    "offers_expired": 1,
    "promoted_from_reserve": 1,
    "sessions_booked": 150,
    "sessions_moved": 1,
    "sessions_cancelled": 1,
    "booked_on_behalf": 1,
    "logs_late": 1,
    "actions_done": 1,
    "event_answers": 1,
    "no_shows": 1,
    "late_conflicts": 1,
    "confirmed_proposals": 1,
    "decisions_undone": 1,
    "consents_withdrawn": 1,
    "accounts_erased": 1,
}


@dataclass
class Report:
    figures: dict[str, int]
    messages: dict[str, int]
    broken: dict[str, int]
    duplicates: list[tuple]
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.broken or self.missing or self.figures["duplicate_messages"] or self.figures["double_bookings"]
                    or self.figures["messages_after_useless"] or self.figures["broken_invitation_chains"])  # fmt: skip


def of(season: RehearsedSeason, sink: Sink, now: datetime) -> Report:
    """Count a finished season: its people and decisions in the database, its mail at the SMTP server."""
    call = season.call
    applications = Application.objects.filter(call=call)
    submissions = Submission.objects.filter(application__call=call)
    offers = Offer.objects.filter(application__call=call)
    sessions = MentoringSession.objects.filter(membership__cohort__call=call)
    broken = violations(now)
    duplicates = sink.duplicates()
    figures = {
        "applicants": len(season.cast.companies),
        "imported": _imported(call),
        "started": applications.count(),
        "submitted": applications.submitted().count(),
        "late_refused": HistoryEntry.objects.filter(
            programme=call.programme, action="application.refused_late"
        ).count(),
        "extensions": Extension.objects.filter(call=call).count(),
        "asked_after_the_close": ExtensionRequest.objects.filter(application__call=call).count(),
        "asked_back": QuestionBack.objects.filter(application__call=call, answered_at__isnull=False).count(),
        "group_messages": GroupMessage.objects.filter(
            programme=call.programme, status=GroupMessage.Status.PLANNED, due_at__lte=now
        ).count(),
        "withdrawn": applications.filter(status=Application.Status.WITHDRAWN).count(),
        "resubmitted": submissions.filter(number=2).count(),
        "unsubmitted_changes_told": OutboxMessage.objects.filter(
            programme=call.programme, kind="applications.changes_not_in", status=OutboxMessage.Status.SENT
        ).count(),
        "draft_conflicts": EarlierAnswer.objects.filter(application__call=call, was_set_aside=True).count(),
        "answers_restored": HistoryEntry.objects.filter(
            programme=call.programme, action="application.answer_brought_back"
        ).count(),
        "consents_withdrawn": ConsentChange.objects.filter(application__call=call, is_given=False).count(),
        "accounts_erased": AccountClosing.objects.filter(done_at__isnull=False).count(),
        "conflicts": Recusal.objects.filter(application__call=call).count(),
        "amendments": Amendment.objects.filter(call=call).made().count(),
        "late_conflicts": Assignment.objects.filter(
            application__call=call, conflict_found_at__isnull=False, review__status=Review.Status.SUBMITTED
        ).count(),
        "confirmed_proposals": ProposedAct.objects.filter(call=call, confirmed_at__isnull=False).count(),
        "decisions_undone": BoardAct.objects.filter(call=call, undone_at__isnull=False).count(),
        "assignments": Assignment.objects.filter(application__call=call, withdrawn_at__isnull=True).count(),
        "reviews": Review.objects.filter(
            assignment__application__call=call, status=Review.Status.SUBMITTED
        ).count(),
        "changed_after_others": ReviewVersion.objects.filter(
            review__assignment__application__call=call, number=ReviewVersion.FIRST
        ).count(),
        "selected": Decision.objects.filter(call=call, outcome=Decision.Outcome.SELECTED).count(),
        "seats": Seat.objects.filter(call=call).count(),
        "offers_accepted": offers.filter(status=Offer.Status.ACCEPTED).count(),
        "offers_declined": offers.filter(status=Offer.Status.DECLINED).count(),
        "offers_expired": offers.filter(status=Offer.Status.EXPIRED).count(),
        "promoted_from_reserve": offers.filter(promoted_from_reserve=True).count(),
        "members": Membership.objects.filter(cohort__call=call).count(),
        "sessions_booked": sessions.filter(was_booked=True).count(),
        **_changes_of(sessions, call),
        "sessions_logged": SessionLog.objects.filter(session__in=sessions).count(),
        "no_shows": sessions.filter(status=MentoringSession.Status.NO_SHOW).count(),
        "double_bookings": broken.get("No mentor is in two sessions at once", 0)
        + broken.get("No startup is in two sessions at once", 0),
        "messages": len(sink.mails),
        "duplicate_messages": sum(told[-1] - 1 for told in duplicates),
        "messages_after_useless": _after_useless(),
        "broken_invitation_chains": len(chains.broken()),
        "invariant_violations": sum(broken.values()),
    }
    missing = {k: n for k, n in WANTED.items() if figures[k] < n} if figures["applicants"] >= 200 else {}
    told = Counter(mail.kind for mail in sink.mails)
    figures |= true_found(season)
    return Report(figures, dict(sorted(told.items())), broken, duplicates, missing)


def _imported(call: Call) -> int:
    """People and applications that came in from a table."""
    entries = HistoryEntry.objects.about(call).filter(
        action__in=["call.people_imported", "call.applications_imported"]
    )
    told = entries.values_list("details", flat=True)
    return sum(one.get("people", 0) + one.get("applications", 0) for one in told)


def _changes_of(sessions, call: Call) -> dict[str, int]:
    """What became of the sessions that were booked, and of what was to be done after them."""
    entries = HistoryEntry.objects.filter(programme=call.programme)
    logs = SessionLog.objects.filter(session__in=sessions)
    return {
        "sessions_moved": entries.filter(action="session.moved").count(),
        "sessions_cancelled": sessions.filter(status=MentoringSession.Status.CANCELLED).count(),
        "booked_on_behalf": entries.filter(action="session.booked", details__on_behalf=True).count(),
        "logs_late": logs.filter(logged_at__gt=F("session__ends_at") + LATE_AFTER).count(),
        "event_answers": answers.number_given("cohorts.event"),
        "actions_done": ActionItem.objects.filter(session__in=sessions, done_at__isnull=False).count(),
    }


def true_found(season: RehearsedSeason) -> dict[str, int]:
    """How many of the truly best, as many as there are seats, raw means and calibrated scores put first.

    The truth is the cast's: what reviewers were made to perceive before leniency, spread and noise.
    """
    found = findings.of(season.call)
    read = found.marks
    eligible = Application.objects.filter(call=season.call).eligible().select_related("startup")
    companies = {a.pk: season.cast.company_of(a.startup.name) for a in eligible.order_by("pk")}
    truth = {pk: company.quality for pk, company in companies.items() if company}
    raw = dict(zip(read.applications.tolist(), read.application_means(read.totals).tolist(), strict=True))
    calibrated = dict(zip(read.applications.tolist(), found.calibration.score.tolist(), strict=True))
    best = _first(truth, season.call.seats)
    return {
        "true_found_raw": len(best & _first(raw, season.call.seats)),
        "true_found": len(best & _first(calibrated, season.call.seats)),
    }


def _first(worth: dict[int, float], count: int) -> set[int]:
    return set(sorted(worth, key=lambda pk: (-worth[pk], pk))[:count])


def _after_useless() -> int:
    sent = OutboxMessage.objects.filter(status=OutboxMessage.Status.SENT)
    return sent.filter(sent_on_programme_clock__gte=F("useless_after")).count()


def lines(report: Report, season: RehearsedSeason, seconds: float) -> list[str]:
    """The report as people read it."""
    f = report.figures
    out = [
        f"{season.call}, seed {season.seed}, in {seconds:.0f} seconds",
        "",
        f"  {f['applicants']} founders came, {f['started']} applications were started, {f['submitted']} submitted in time, "
        f"{f['late_refused']} attempts refused as late, {f['asked_after_the_close']} wrote after the close and {f['extensions']} was given more "
        f"time, {f['withdrawn']} withdrawn, {f['resubmitted']} submitted again.",
        f"  {f['reviews']} reviews from {len(season.cast.reviewers)} reviewers, {f['imported']} people asked in from a table, {f['conflicts']} conflicts declared, "
        f"{f['late_conflicts']} of them after the review was in, {f['changed_after_others']} changed after seeing the "
        f"others', {f['amendments']} amendment of the rules in force.",
        f"  {f['confirmed_proposals']} decisions confirmed by a second person, {f['decisions_undone']} undone.",
        f"  Of the {f['seats']} truly best, raw means found {f['true_found_raw']} and calibrated scores {f['true_found']}.",
        f"  {f['selected']} selected for {f['seats']} seats: {f['offers_accepted']} accepted, {f['offers_declined']} declined, "
        f"{f['offers_expired']} expired, {f['promoted_from_reserve']} moved up from the reserve, {f['members']} members.",
        f"  {f['consents_withdrawn']} consents taken back, {f['accounts_erased']} accounts closed and emptied.",
        f"  {f['sessions_booked']} sessions booked, {f['booked_on_behalf']} of them by a manager, "
        f"{f['sessions_moved']} moved, {f['sessions_cancelled']} cancelled, {f['sessions_logged']} logged, "
        f"{f['logs_late']} late, {f['no_shows']} no-shows, {f['actions_done']} things done, "
        f"{f['event_answers']} invitations to events answered.",
        "",
        f"Mail that arrived at the SMTP server: {f['messages']}",
        *(f"  {count:>6}  {kind}" for kind, count in report.messages.items()),
        "",
        "Promises",
        *(
            f"  {'BROKEN ' + str(report.broken[name]) + '×' if name in report.broken else 'held'}  {name}"
            for name in INVARIANTS
        ),
        f"  {'BROKEN' if report.duplicates else 'held'}  Nobody was told the same thing twice",
        f"  {'BROKEN' if f['broken_invitation_chains'] else 'held'}  What each calendar was told follows from what it had",
        f"  {'BROKEN' if f['messages_after_useless'] else 'held'}  Nothing was sent after it had become useless",
    ]
    out += [f"  told {told[-1]} times: {told[1]} about {told[2]} to {told[0]}" for told in report.duplicates]
    if report.missing:
        out += ["", "This season should have contained at least:"]
        out += [
            f"  {least} {name.replace('_', ' ')}, had {f[name]}" for name, least in report.missing.items()
        ]
    return out
