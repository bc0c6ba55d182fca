"""What the codes of the rooms are called on a page; a code without a name is shown as its own words."""

from app.translations import N_, gettext

LABELS = {
    # waves
    "running": N_("Running"),
    "paused": N_("Paused"),
    "finished": N_("Finished"),
    "canceled": N_("Canceled"),
    "selected": N_("Selected"),
    "treated": N_("Written to"),
    "control": N_("Control group"),
    "accepted": N_("Sent"),
    "delivered": N_("Delivered"),
    "answered": N_("Answered"),
    "people": N_("people"),
    "messages": N_("messages"),
    # why somebody was left out
    "suppressed": N_("Asked not to be written to"),
    "consent_withdrawn": N_("Consent withdrawn"),
    "no_consent": N_("No recorded consent"),
    "no_address": N_("No usable address"),
    "no_channel": N_("No channel"),
    "same_address": N_("Shares an address with another contact"),
    "in_another_conversation": N_("Already in another conversation"),
    # outcomes and the rules that give them
    "reengaged": N_("Re-engaged"),
    "removable": N_("Removable"),
    "newsletter": N_("Newsletter only"),
    "recover": N_("To win back"),
    "undecided": N_("Undecided"),
    "asked_to_stop": N_("asked to stop"),
    "unhappy_but_valuable": N_("unhappy, but a valuable customer"),
    "asked_to_stay": N_("asked to stay in touch"),
    "came_back_unasked": N_("came back on their own"),
    "unhappy_and_unsure": N_("unhappy, and did not say whether to stay"),
    "cannot_be_reached": N_("no address works any more"),
    "wave_under_way": N_("the wave is still under way"),
    "silent_to_the_end": N_("silent to the end of the wave"),
    "never_reached": N_("no message ever arrived"),
    "rule.answered": N_("answered the survey"),
    # sentiment
    "positive": N_("Positive"),
    "neutral": N_("Neutral"),
    "negative": N_("Negative"),
    # questions, by kind
    "nps": N_("Would recommend us (0–10)"),
    "csat": N_("Satisfaction (1–5)"),
    "choice": N_("Choice"),
    "text": N_("In their own words"),
    "consent": N_("Stay in touch?"),
    "stay": N_("Yes, stay in touch"),
    "leave": N_("No, leave"),
    # messages
    "email": N_("Email"),
    "sms": N_("SMS"),
    "web": N_("Web"),
    "invite": N_("Invitation"),
    "reminder": N_("Reminder"),
    "last_call": N_("Last call"),
    "queued": N_("Waiting to be sent"),
    "claimed": N_("About to be sent"),
    "calling": N_("Being sent"),
    "unknown": N_("Unclear, being checked"),
    "unconfirmed": N_("Unconfirmed"),
    "sent": N_("Sent"),
    "failed": N_("Not delivered"),
    "withdrawn": N_("Taken back"),
    "expired": N_("Expired"),
    "unread": N_("Not read yet"),
    "read": N_("Read"),
    # what contacts do
    "open": N_("Opened an email"),
    "click": N_("Clicked a link"),
    "reply": N_("Replied"),
    "answer": N_("Answered"),
    "page_view": N_("Viewed a page"),
    "login": N_("Logged in"),
    "purchase": N_("Bought something"),
    "webinar": N_("Attended a webinar"),
    "review": N_("Wrote a review"),
    "points": N_("Used points"),
    "bounce": N_("Email bounced"),
    "unsubscribe": N_("Unsubscribed"),
    "complaint": N_("Marked an email as spam"),
    "consent_granted": N_("Consent given"),
    # dormancy
    "active": N_("Active"),
    "cooling": N_("Cooling"),
    "dormant": N_("Dormant"),
    "never_engaged": N_("Never engaged"),
    # consent and suppression
    "state.granted": N_("Granted"),
    "state.withdrawn": N_("Withdrawn"),
    "state.unknown": N_("Not recorded"),
    "keyword": N_("by keyword"),
    "left": N_("chose to leave"),
    "hard_bounce": N_("address does not exist"),
    "bad_number": N_("number does not exist"),
    "wrong_person": N_("belongs to somebody else"),
    "provider_opt_out": N_("opted out at the provider"),
    "one_click": N_("One-click"),
    "provider": N_("Provider"),
    # roles
    "admin": N_("Admin"),
    "marketer": N_("Marketer"),
    "viewer": N_("Viewer"),
}


def label(lang: str, code: str) -> str:
    """The name of a code in this language. `kind.code` asks for a name of its own, where there is one."""
    plain = code.partition(".")[2] or code
    known = LABELS.get(code) or LABELS.get(plain)
    return gettext(lang, known) if known else plain.replace("_", " ")
