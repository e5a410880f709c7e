"""The dashboard under /admin/: django-unfold's site with our way of signing in and our own sidebar."""

from allauth.account.decorators import secure_admin_login
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class DashboardSite(UnfoldAdminSite):
    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """The list of all models, made only where a page shows it: our own sidebar does without."""
        return SimpleLazyObject(lambda: super(DashboardSite, self).get_app_list(request, app_label))
