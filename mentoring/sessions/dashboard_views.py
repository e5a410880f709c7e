"""Mentoring as its managers see it: hours per startup and per mentor, who needs a nudge, every session."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower
from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.dashboard import handing_out
from accelerator.dashboard.frame import dashboard, page, paged
from accelerator.exports import answers
from accelerator.exports.tables import Column, ColumnTable
from accelerator.models import HistoryEntry, Partner, Topic
from cohorts.admission.models import Cohort, Membership
from cohorts.managed import managed_cohorts
from mentoring.sessions import fortnights, hours, logs
from mentoring.sessions.models import MentoringSession


def managed_cohort(request, public_id: str) -> Cohort:
    """One of them; not found for everybody else."""
    for cohort in managed_cohorts(request):
        if cohort.public_id == public_id:
            return cohort
    raise Http404


def overview_url(cohort: Cohort) -> str:
    return reverse("mentoring_dashboard:overview", args=[cohort.public_id])


@dashboard("GET")
def overview(request, public_id):
    cohort = managed_cohort(request, public_id)
    startups = hours.by_startup(cohort, request.now)
    mentors = hours.by_mentor(cohort)
    return page(
        request,
        "mentoring/sessions/overview",
        _("Mentoring"),
        cohort=cohort,
        programme=cohort.programme,
        startups=startups,
        mentors=mentors,
        startup_bars=[(line.who, line.hours) for line in startups],
        mentor_bars=[(line.who, line.hours) for line in mentors if line.minutes],
        total=hours.in_words(sum(line.minutes for line in startups)),
        without_log=hours.without_log(cohort, request.now),
        export_url=reverse("mentoring_dashboard:export_mentors", args=[cohort.public_id]),
    )


@dashboard("POST")
def export_mentors(request, public_id):
    """Every mentor of the programme, with what they gave to this cohort."""
    cohort = managed_cohort(request, public_id)
    form = handing_out.form_of(request)
    lines = hours.by_mentor(cohort)
    table = ColumnTable(
        (
            Column("mentor", _("Mentor"), lambda line: str(line.who)),
            Column("email", _("E-mail"), lambda line: line.who.user.email),
            Column("organisation", _("Organisation"), lambda line: str(line.who.partner or "")),
            Column("sessions", _("Sessions"), lambda line: line.held),
            Column("no_shows", _("No-shows"), lambda line: line.no_shows),
            Column("minutes", _("Minutes"), lambda line: line.minutes),
        ),
        cohort.programme.zone,
    )
    _record(request, "cohort.mentors_exported", cohort, len(lines), table, form)
    name = f"{cohort.programme.slug}-{cohort.call.slug}-mentors"
    return answers.as_file(table, lines, form=form, name=name, title=_("Mentors"))


def _record(request, action: str, cohort: Cohort, lines: int, table: ColumnTable, form: str) -> None:
    history.record(
        action,
        cohort,
        by=request.user,
        programme=cohort.programme,
        now=request.now,
        **handing_out.details(table, lines=lines, form=form),
    )


@dashboard("GET")
def sessions(request, public_id):
    cohort = managed_cohort(request, public_id)
    return page(
        request,
        "mentoring/sessions/session_list",
        _("Sessions"),
        cohort=cohort,
        programme=cohort.programme,
        sessions=paged(request, _sessions_of(request, cohort)),
        export_url=reverse("mentoring_dashboard:export_sessions", args=[cohort.public_id]),
    )


def _sessions_of(request, cohort: Cohort):
    """Those that the reader may see, the latest first, each with the moment of its last correction."""
    corrected = HistoryEntry.objects.filter(
        action=logs.CORRECTED,
        object_type=MentoringSession._meta.label_lower,
        object_id=OuterRef("pk"),
    )
    found = (
        MentoringSession.objects.filter(
            membership__cohort=cohort, membership__in=Membership.objects.managed_by(request.user)
        )
        .with_both_sides()
        .annotate(corrected_at=Subquery(corrected.order_by("-pk").values("happened_at")[:1]))
    )
    return found.select_related("log").order_by("-starts_at", "pk")


@dashboard("POST")
def export_sessions(request, public_id):
    """Every session that the list shows; what was written after one stays with its two sides."""
    cohort = managed_cohort(request, public_id)
    form = handing_out.form_of(request)
    ids = list(_sessions_of(request, cohort).values_list("pk", flat=True))
    table = ColumnTable(
        (
            Column("startup", _("Startup"), lambda one: str(one.startup)),
            Column("mentor", _("Mentor"), lambda one: str(one.mentor)),
            Column("starts_at", _("When"), lambda one: one.starts_at),
            Column("topic", _("About"), lambda one: one.topic),
            Column("status", _("State"), lambda one: capfirst(one.get_status_display())),
            Column("absent", _("Did not come"), lambda one: one.who_was_absent),
            Column("late", _("Cancelled late"), lambda one: _("yes") if one.cancelled_late else ""),
            Column("minutes", _("Minutes"), lambda one: one.log.minutes if hasattr(one, "log") else None),
        ),
        cohort.programme.zone,
    )
    _record(request, "cohort.sessions_exported", cohort, len(ids), table, form)

    def load(part):
        found = {one.pk: one for one in _sessions_of(request, cohort).filter(pk__in=part)}
        return [found[pk] for pk in part if pk in found]

    name = f"{cohort.programme.slug}-{cohort.call.slug}-sessions"
    return answers.as_file(table, handing_out.in_parts(ids, load), form=form, name=name, title=_("Sessions"))


# --- Fortnights -------------------------------------------------------------------------------------------
@dashboard("GET")
def grid(request, public_id):
    """Startup by fortnight: what was held, what is booked, and where nothing is."""
    cohort = managed_cohort(request, public_id)
    asked, partners, topics = _narrowed(request, cohort)
    export_url = reverse("mentoring_dashboard:export_grid", args=[cohort.public_id])
    return page(
        request,
        "mentoring/sessions/grid",
        _("Fortnights"),
        cohort=cohort,
        programme=cohort.programme,
        rows=fortnights.grid(cohort, _members(request, cohort), request.now, **asked),
        spans=fortnights.of_cohort(cohort, request.now),
        asked=asked,
        partners=partners,
        topics=topics,
        export_url=f"{export_url}?partner={asked['partner']}&topic={asked['topic']}",
    )


def _members(request, cohort: Cohort) -> list[Membership]:
    """Without those that the reader has a conflict with."""
    members = cohort.memberships.managed_by(request.user).select_related("startup")
    return list(members.order_by(Lower("startup__name"), "pk"))


def _narrowed(request, cohort: Cohort) -> tuple[dict[str, str], list[Partner], list[Topic]]:
    """Whose sessions are counted, and what can be chosen. What is no choice counts as none."""
    partners = list(Partner.objects.filter(mentors__programme=cohort.programme).distinct().order_by("name"))
    topics = list(Topic.objects.filter(programme=cohort.programme))
    partner, topic = (request.GET.get(name, "") for name in ("partner", "topic"))
    asked = {
        "partner": partner if partner in {one.slug for one in partners} else "",
        "topic": topic if topic in {one.key for one in topics} else "",
    }
    return asked, partners, topics


@dashboard("POST")
def export_grid(request, public_id):
    """Two columns for each fortnight, so that a sheet can reckon with them."""
    cohort = managed_cohort(request, public_id)
    form = handing_out.form_of(request)
    asked, _partners, _topics = _narrowed(request, cohort)
    rows = fortnights.grid(cohort, _members(request, cohort), request.now, **asked)
    columns = [Column("startup", _("Startup"), lambda row: str(row.member))]
    for number, span in enumerate(fortnights.of_cohort(cohort, request.now)):
        day = wording.day(span.first, weekday=False, year=False)
        columns += [
            Column(f"held_{number + 1}", _("Held from %(day)s") % {"day": day}, _count(number, "held")),
            Column(f"booked_{number + 1}", _("Booked from %(day)s") % {"day": day}, _count(number, "booked")),
        ]
    columns += [
        Column("held", _("Held"), lambda row: row.held),
        Column("booked", _("Booked"), lambda row: row.booked),
        Column("gaps", _("Fortnights without"), lambda row: row.gaps),
    ]
    table = ColumnTable(tuple(columns), cohort.programme.zone)
    _record(request, "cohort.fortnights_exported", cohort, len(rows), table, form)
    name = f"{cohort.programme.slug}-{cohort.call.slug}-fortnights"
    return answers.as_file(table, rows, form=form, name=name, title=_("Fortnights"))


def _count(number: int, name: str):
    return lambda row: getattr(row.cells[number], name)
