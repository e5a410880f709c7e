"""Who may do what with applications, as sentences."""

from accelerator.models import Invitation, Startup, User
from applications.applying.models import Application, Attachment


def is_on_the_team(user: User, application: Application) -> bool:
    return Startup.objects.of(user).filter(pk=application.startup_id).exists()


def can_open_file(user: User, attachment: Attachment) -> bool:
    """The team opens all of its files; whoever else may read the application, those of the version that counts, and of
    them what only managers read if they are one."""
    application = attachment.application
    if is_on_the_team(user, application):
        return True
    version = application.last_version
    if version is None or attachment.file.public_id not in version.file_ids:
        return False
    closed = {question.key for question in application.call.listed_questions if question.is_for_managers}
    if attachment.question_key in closed:
        return Application.objects.managed_by(user).submitted().filter(pk=application.pk).exists()
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


def owns(user: User, startup: Startup) -> bool:
    """The owner decides who is in the team."""
    return startup.team.filter(user=user, is_owner=True).exists()


def invitations_to_withdraw(user: User, startup: Startup):
    """The owner withdraws any of the team's, everybody else what they sent themselves."""
    of_the_team = Invitation.objects.filter(startup=startup)
    return of_the_team if owns(user, startup) else of_the_team.filter(invited_by=user)


def can_withdraw_invitation(user: User, invitation: Invitation) -> bool:
    if invitation.startup is None:
        return False
    return invitations_to_withdraw(user, invitation.startup).filter(pk=invitation.pk).exists()
