"""The dashboard under /admin/: django-unfold's site with our way of signing in and our own sidebar."""

from allauth.account.decorators import secure_admin_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut as contenttype_shortcut
from django.http import Http404
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite

from accelerator.dashboard import home
from accelerator.dashboard.readers import manages_something


def _exists(content_type_id: int) -> bool:
    return ContentType.objects.filter(pk=content_type_id).exists()


class DashboardSite(UnfoldAdminSite):
    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return super().login(request, extra_context)

    def get_urls(self):
        """Django's redirect to an object's own page asks nobody; ours asks the list that the object stands in."""
        asked = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.to_own_page))
        return [asked, *super().get_urls()]

    def each_context(self, request):
        """What stands at the head of the sidebar, and whether there is a search."""
        return {
            **super().each_context(request),
            "sidebar_heads": SimpleLazyObject(lambda: home.heads(request)),
            "can_search": SimpleLazyObject(lambda: manages_something(request)),
        }

    def to_own_page(self, request, content_type_id, object_id):
        kind = ContentType.objects.get_for_id(content_type_id) if _exists(content_type_id) else None
        listed = self._registry.get(kind.model_class()) if kind else None
        if listed is None or not listed.has_view_permission(request):
            raise Http404
        if listed.get_object(request, object_id) is None:
            raise Http404
        return contenttype_shortcut(request, content_type_id, object_id)

    def get_app_list(self, request, app_label=None):
        """The list of all models, made only where a page shows it: our own sidebar does without."""
        return SimpleLazyObject(lambda: super(DashboardSite, self).get_app_list(request, app_label))
