"""The pages: public page, apply, a reviewer's list, one application with its scores, all of them, the ranking."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Avg, Count, F, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path

from bench.reference.models import Application, Category, Log, Mail, Review, Round, Score

QUESTIONS = 12


def floor(request):
    """One SELECT, one line of text: what no page can be faster than."""
    return HttpResponse(Round.objects.values_list("name", flat=True)[0])


def public(request):
    return render(request, "public.html", {"round": Round.objects.order_by("pk").first()})


def form_class(fields: dict) -> type[forms.Form]:
    return type("BuiltForm", (forms.Form,), fields)


def application_form() -> type[forms.Form]:
    long = {f"q{n}": forms.CharField(widget=forms.Textarea, max_length=5000) for n in range(QUESTIONS)}
    return form_class({"title": forms.CharField(max_length=200), "one_line": forms.CharField(), **long})


@login_required
def apply(request):
    current = Round.objects.order_by("pk").first()
    form = application_form()(request.POST or None)
    now = datetime.now(UTC)
    if request.method == "POST" and form.is_valid() and now < current.closes_at:
        answers = form.cleaned_data
        with transaction.atomic():
            made = Application.objects.create(
                round=current,
                founder=request.user,
                title=answers.pop("title"),
                one_line=answers.pop("one_line"),
                answers=answers,
                submitted_at=now,
            )
            Log.objects.create(who=request.user, what="submitted", target=made.pk)
            Mail.objects.create(
                to=request.user.email, subject=f"We have {made.title}", body="Thank you. " * 20
            )
        messages.success(request, "Submitted.")
        return redirect("done", made.pk)
    return render(request, "form.html", {"form": form, "title": f"Apply to {current.name}"})


@login_required
def done(request, pk):
    made = get_object_or_404(Application, pk=pk, founder=request.user)
    return render(request, "application.html", {"application": made})


def listed(request, rows):
    page = Paginator(rows, min(int(request.GET.get("n", 50)), 250)).get_page(request.GET.get("page"))
    return render(request, "list.html", {"page": page})


@login_required
def queue(request):
    mine = Review.objects.filter(application=OuterRef("pk"), reviewer=request.user).values("total")[:1]
    rows = Application.objects.defer("answers").annotate(mine=Subquery(mine), count=Count("reviews"))
    return listed(request, rows.order_by(F("mine").asc(nulls_first=True), "pk"))


@login_required
def everything(request):
    rows = Application.objects.defer("answers").select_related("founder").annotate(count=Count("reviews"))
    return listed(request, rows.order_by("title", "pk"))


@login_required
def ranking(request):
    rows = Application.objects.defer("answers").annotate(mean=Avg("reviews__total"), count=Count("reviews"))
    return listed(request, rows.order_by(F("mean").desc(nulls_last=True), "pk"))


@login_required
def review(request, pk):
    application = get_object_or_404(Application.objects.select_related("founder"), pk=pk)
    categories = list(Category.objects.filter(round_id=application.round_id).order_by("pk"))
    marks = {
        f"score_{category.pk}": forms.TypedChoiceField(
            choices=[(i, i) for i in range(11)], coerce=int, widget=forms.RadioSelect, label=category.name
        )
        for category in categories
    }
    comments = {name: forms.CharField(widget=forms.Textarea, required=False) for name in ("panel", "founder")}
    form = form_class(marks | comments)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = [form.cleaned_data[name] for name in marks]
        with transaction.atomic():
            given, _new = Review.objects.update_or_create(
                application=application,
                reviewer=request.user,
                defaults={"total": sum(values) / len(values), "comment": form.cleaned_data["panel"]},
            )
            Score.objects.bulk_create(
                [
                    Score(review=given, category=category, value=value)
                    for category, value in zip(categories, values, strict=True)
                ],
                update_conflicts=True,
                update_fields=["value"],
                unique_fields=["review", "category"],
            )
            Log.objects.create(who=request.user, what="reviewed", target=application.pk)
        return redirect("review", pk)
    others = application.reviews.select_related("reviewer").prefetch_related("scores")
    return render(
        request, "application.html", {"application": application, "form": form, "reviews": list(others)}
    )


urlpatterns = [
    path("floor/", floor),
    path("", public),
    path("apply/", apply),
    path("done/<int:pk>/", done, name="done"),
    path("queue/", queue),
    path("applications/", everything),
    path("ranking/", ranking),
    path("review/<int:pk>/", review, name="review"),
]
