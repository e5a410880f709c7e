"""Who may do what with applications, as sentences."""

from accelerator.models import Startup, User
from applications.models import Application, Attachment


def is_on_the_team(user: User, application: Application) -> bool:
    return Startup.objects.of(user).filter(pk=application.startup_id).exists()


def can_open_file(user: User, attachment: Attachment) -> bool:
    """The team opens all of its files; whoever else may read the application, those of the version that counts."""
    application = attachment.application
    if is_on_the_team(user, application):
        return True
    version = application.last_version
    return bool(
        version
        and attachment.file.public_id in version.file_ids
        and Application.objects.visible_to(user).filter(pk=application.pk).exists()
    )
