"""What people call the actions about applications, calls, reviews and offers."""

from django.utils.translation import gettext_lazy as _

from accelerator import history, history_fields

history.name_actions(
    {
        "application.answer_brought_back": _("An earlier text brought back"),
        "application.change_refused_late": _("A save or a file refused: it came after the deadline"),
        "application.co_founder_left": _("A founder left the team"),
        "application.co_founder_removed": _("A founder taken out of the team"),
        "application.conflict_declared": _("Conflict of interest declared"),
        "application.conflict_found": _("A conflict of interest arose; the review is set aside"),
        "application.decided": _("Decision taken"),
        "application.decision_confirmed": _("A proposed decision confirmed"),
        "application.decision_proposed": _("A decision proposed"),
        "application.decision_taken_back": _("Decision taken back"),
        "application.decision_undone": _("Decision undone"),
        "application.extended": _("Given more time"),
        "application.extension_taken_back": _("An extension taken back"),
        "application.file_attached": _("File attached"),
        "application.file_opened": _("File opened"),
        "application.hand_on_undone": _("Assignment handed back to its first reviewer"),
        "application.handed_on": _("Assignment handed on"),
        "application.join_asked": _("Somebody asked to join the team"),
        "application.letter_edit_undone": _("A change of the letter undone"),
        "application.letter_edited": _("Letter changed"),
        "application.moved_in_reserve": _("Moved in the reserve"),
        "application.more_time_asked": _("A founder wrote after the close"),
        "application.more_time_declined": _("More time declined"),
        "application.opened_for_review": _("Opened by a reviewer"),
        "application.ownership_handed_over": _("The team handed to another owner"),
        "application.refused_late": _("Refused: it came after the deadline"),
        "application.reopened": _("Reopened"),
        "application.screened": _("Screened"),
        "application.verdict_undone": _("Verdict taken back"),
        "application.started": _("Begun"),
        "application.submitted": _("Submitted"),
        "application.to_be_screened_again": _("A newer version came after the verdict: to be screened again"),
        "application.withdrawn": _("Withdrawn"),
        "application.withdrawn_after_closing": _("Withdrawn after the call had closed"),
        "call.amendment_confirmed": _("An amendment of the rules in force"),
        "call.amendment_proposed": _("An amendment of the rules proposed"),
        "call.amendment_refused": _("An amendment of the rules refused"),
        "call.amendment_undone": _("An amendment of the rules undone"),
        "call.amendment_withdrawn": _("An amendment of the rules withdrawn"),
        "call.answer_day_moved": _("The day of the answers moved"),
        "call.assigned": _("Reviews assigned"),
        "call.extended": _("The deadline extended for everybody"),
        "call.extension_taken_back": _("An extension for everybody taken back"),
        "call.incident_declared": _("An incident, and more time for those who tried"),
        "call.letters_prepared": _("Letters prepared"),
        "call.offer_terms_changed": _("Terms of the offers changed"),
        "call.readings_handed_back": _("Assignments handed back"),
        "call.release_proposed": _("The release proposed"),
        "call.released": _("Decisions released"),
        "call.reopened": _("Reopened after sealing; the seal of before no longer stands"),
        "call.rules_sealed": _("The rules sealed"),
        "call.sealed": _("Closed, and every application sealed"),
        "call.window_moved": _("Opening or deadline moved"),
        "call.seat_left_free": _("A seat stays free: the reserve is empty"),
        "offer.accepted": _("Offer accepted"),
        "offer.decline_begun": _("Place given up, with an hour to undo it"),
        "offer.decline_noted": _("Place given up for the team, as it told us, with an hour to undo it"),
        "offer.decline_proposed": _("A co-founder asked to give the place up"),
        "offer.decline_undone": _("Giving up undone: the place is kept"),
        "offer.declined": _("Offer declined"),
        "offer.expired": _("Offer expired"),
        "offer.made_from_reserve": _("Offer made from reserve"),
        "offer.naming_changed": _("Whether the public page names the startup"),
        "proposal.refused": _("A proposal refused"),
        "proposal.withdrawn": _("A proposal withdrawn"),
        "review.changed": _("Review changed"),
        "review.changed_after_others": _("Review changed after seeing the others’"),
        "review.submitted": _("Review submitted"),
    }
)

history_fields.name_fields(
    "applications.call",
    {
        "opens_at": _("Opening"),
        "closes_at": _("Deadline"),
        "decision_on": _("Day of the answers"),
        "terms": _("Terms of the offers"),
    },
)
history_fields.name_fields(
    "applications.application",
    {
        "eligibility": _("Eligibility"),
        "eligibility_checks": _("Checks that hold"),
        "eligibility_reason": _("Reason of the verdict"),
    },
)
history_fields.name_fields(
    "applications.decision",
    {
        "outcome": _("outcome"),
        "reserve_position": _("place in the reserve"),
    },
)
