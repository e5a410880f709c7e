from django.contrib.admin.apps import SimpleAdminConfig

from accelerator.registry import discover


class DashboardConfig(SimpleAdminConfig):
    """Django's admin with our site. Only our rooms' lists are registered: whatever other packages bring is unstyled,
    and shows more than a manager should see."""

    default_site = "accelerator.dashboard.site.DashboardSite"

    def ready(self):
        super().ready()
        discover("admin")
