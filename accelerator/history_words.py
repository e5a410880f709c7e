"""What people call the actions that every room shares."""

from django.utils.translation import gettext_lazy as _

from accelerator import history

history.name_actions(
    {
        "account.address_changed": _("Address changed"),
        "account.factor_reset": _("Second factor reset"),
        "account.address_taken_back": _("Address taken back by the old one"),
        "announcement.changed": _("Announcement changed"),
        "announcement.ended": _("Ended"),
        "announcement.made": _("Announced"),
        "announcement.shown_again": _("Shown again"),
        "groupmessage.changed": _("Words changed"),
        "groupmessage.dropped": _("Put aside"),
        "groupmessage.held": _("Held"),
        "groupmessage.planned": _("Sent, or planned"),
        "groupmessage.stopped": _("The rest stopped"),
        "groupmessage.taken_up": _("Taken up again"),
        "groupmessage.written": _("Written"),
        "invitation.accepted": _("Invitation accepted"),
        "invitation.asked_owner": _("Invitation opened under another address"),
        "invitation.let_in": _("Let into the team by its owner"),
        "invitation.sent": _("Invitation sent"),
        "invitation.withdrawn": _("Invitation withdrawn"),
        "message.retried": _("Message retried"),
        "policy.accepted": _("Agreed to"),
        "policy.published": _("A version published"),
        "programme.conduct_contacts_named": _("Who reads the private line was changed"),
        "programme.words_restored": _("Back to the shipped words of a mail"),
        "programme.words_written": _("Words of a mail changed"),
        "partner.added": _("Partner added"),
        "partner.changed": _("Partner changed"),
        "partner.deleted": _("Partner deleted"),
        "programme.changed": _("The programme’s words or settings changed"),
        "programme.made": _("Programme made"),
        "programme.messages_exported": _("The list of messages exported"),
        "programme.people_exported": _("The list of people exported"),
        "programme.loaded": _("Programme loaded"),
        "reply.answered": _("Answered"),
        "reply.opened_again": _("Opened again"),
        "reply.settled": _("Settled"),
        "reply.taken": _("Taken on"),
        "role.end_undone": _("End of a role undone"),
        "user.closed": _("Account closed"),
        "user.closing_asked": _("Asked that the account be closed"),
        "user.closing_undone": _("The account stays open"),
        "user.data_taken": _("Took a copy of their own data"),
        "role.ended": _("Role ended"),
        "role.granted": _("Role granted"),
    }
)
