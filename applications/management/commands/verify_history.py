"""`manage.py verify_history`: whether the history is what was written, and the first broken row of each object."""

from contextlib import ExitStack
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from accelerator import history_check, history_take_up
from applications.models import Call


class Command(BaseCommand):
    help = (
        "Walks the chain of every object's history. Says what is sound, names the first broken row of each object, "
        "and ends with 1 when there is one. Keep the digest, or the file of --save-ends, where nobody who can write "
        "to the database can change it: whoever owns the tables can write a chain anew, and only that tells."
    )

    def add_arguments(self, parser):
        parser.add_argument("--call", help="this call and what belongs to it alone, such as paris/2024")
        parser.add_argument("--save-ends", type=Path, metavar="FILE", help="write how each chain ends today")
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="compare with ends that were saved once"
        )
        parser.add_argument(
            "--take-up",
            action="store_true",
            help="first chain the rows that the version before wrote during an upgrade",
        )

    def handle(self, *args, call, save_ends, against, take_up, **options):
        if take_up:
            with transaction.atomic():
                self.stdout.write(f"{history_take_up.take_up(connection)} rows taken up")
        only = objects_of(_call(call)) if call else None
        found = history_check.Walked()
        gone = 0
        with ExitStack() as files:
            ends_to = files.enter_context(save_ends.open("w", encoding="utf-8")) if save_ends else None
            for one in history_check.check(found, only=only, ends_to=ends_to):
                self.stdout.write(f"{one.about}: {one.why}")
            if against:
                ends = files.enter_context(against.open(encoding="utf-8"))
                for one in history_check.not_there_any_more(ends):
                    gone += 1
                    self.stdout.write(f"{one.about}: {one.why}")
        self.stdout.write(
            f"{found.objects - found.broken} of {found.objects} objects sound, {found.rows} rows, "
            f"the words of {found.erased} erased"
        )
        self.stdout.write(f"digest of all ends: {found.digest}")
        if found.broken or gone:
            raise CommandError("the history is not what was written", returncode=1)


def _call(name: str) -> Call:
    calls = Call.objects.select_related("programme")
    programme, _slash, slug = name.rpartition("/")
    found = calls.filter(slug=slug, **({"programme__slug": programme} if programme else {}))
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{call.programme.slug}/{call.slug}" for call in calls) or "none"
    raise CommandError(f"{name!r} names no call. There are: {known}.")


def objects_of(call: Call) -> dict[str, models.QuerySet]:
    """The ids of the call and of everything whose foreign keys lead to it, by kind."""
    paths: dict[type[models.Model], str] = {Call: ""}
    models_left = [one for one in apps.get_models() if one is not Call]
    while True:
        found = {}
        for model in models_left:
            for field in model._meta.concrete_fields:
                if field.remote_field and field.related_model in paths:
                    beyond = paths[field.related_model]
                    found[model] = f"{field.name}__{beyond}" if beyond else field.name
                    break
        if not found:
            break
        paths |= found
        models_left = [one for one in models_left if one not in found]
    return {
        model._meta.label_lower: model._base_manager.filter(**{path or "pk": call.pk}).values("pk")
        for model, path in paths.items()
        if isinstance(getattr(model._meta.pk, "target_field", model._meta.pk), models.IntegerField)
    }
