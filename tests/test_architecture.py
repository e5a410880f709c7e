"""The house stands: foreign keys point down, as imports do (import-linter holds those)."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

FLOORS = ["accelerator", "applications", "cohorts", "mentoring", "rehearsal"]


def test_foreign_keys_point_down_or_stay_on_their_floor():
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            here = FLOORS.index(model._meta.app_label)
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    there = field.related_model._meta.app_label
                    assert there not in FLOORS or FLOORS.index(there) <= here, (
                        f"{model.__name__}.{field.name} points up"
                    )


def our_routes(patterns=None, prefix="", namespace="") -> list[tuple[str, str]]:
    """Every named route that we wrote: (name, path)."""
    found = []
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            module = getattr(entry.urlconf_module, "__name__", "")
            if not module.startswith("allauth") and entry.app_name != "admin":
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                found += our_routes(entry.url_patterns, path, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            found.append((f"{namespace}{entry.name}", path))
    return found


def test_every_route_has_a_name_of_its_own():
    names = [name for name, _path in our_routes()]
    assert len(names) == len(set(names))
