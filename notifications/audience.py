"""Which event concerns whom: the one table from journal actions to mails and webhooks."""

from enum import StrEnum


class Seat(StrEnum):
    """The relation to a case that makes somebody worth an immediate mail."""

    CANDIDATE = "candidate"
    NOMINATOR = "nominator"
    MANAGER = "manager"
    MENTOR = "mentor"
    HR = "hr"
    COPIED = "copied"


# Told to whoever has acted as well: the mail brings the days for his calendar.
WITH_DAYS = frozenset({"plan_agreed"})
# Told to whoever mentors no more and to nobody else, if he has such days: the mail takes them out again.
MENTORS_NO_MORE = frozenset({"mentorship_refused", "mentor_replaced"})
_THEY = (Seat.CANDIDATE, Seat.NOMINATOR)
_ALL_INFORMED = (*_THEY, Seat.COPIED)
# What is not listed never leaves the house: no single review, score or ballot may.
AUDIENCE: dict[str, tuple[Seat, ...]] = {
    "case_opened": (),
    "draft_opened": (Seat.CANDIDATE,),
    "opted_out": (Seat.MANAGER,),
    "consent_given": (Seat.NOMINATOR,),
    "consent_refused": (Seat.NOMINATOR,),
    "consent_lapsed": _THEY,
    "author_replaced": (Seat.CANDIDATE,),
    "nomination_submitted": (),
    "approval_signed": (),
    "task_handed_over": (),
    "signer_added": (),
    "nomination_returned": (Seat.NOMINATOR,),
    "case_declined": _ALL_INFORMED,
    "stage_entered": (),
    "review_opened": (),
    "review_closed": (),
    "competition_entered": (),
    "competition_cancelled": _ALL_INFORMED,
    "not_shortlisted": _ALL_INFORMED,
    "competition_placed": _ALL_INFORMED,
    "called_up": _ALL_INFORMED,
    "reserve_expired": _ALL_INFORMED,
    "committee_convened": (),
    "ballot_opened": (),
    "vote_closed": (),
    "decision_recorded": _ALL_INFORMED,
    "placed_in_reserve": _ALL_INFORMED,
    "notice_posted": (),
    "case_reopened": _ALL_INFORMED,
    "effect_taken": _ALL_INFORMED,
    "mentor_named": (),
    "plan_agreed": (Seat.CANDIDATE, Seat.MENTOR),
    "checked_in": (),
    "performance_checked": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_confirmed": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_extended": (Seat.CANDIDATE, Seat.MENTOR),
    "mentoring_reverted": (Seat.CANDIDATE, Seat.MENTOR),
    "case_withdrawn": (*_ALL_INFORMED, Seat.MENTOR),
    "case_stuck": (Seat.HR,),
}


def event_of(action: str) -> str:
    """The event that subscribers know a journal action by: `case_opened` is `case.opened`."""
    return f"case.{action.removeprefix('case_')}"


# To customers, who are asked for a review and reminded of it.
CUSTOMER_ASKED, CUSTOMER_REMINDED = "review_invitation", "review_reminder"
TO_CUSTOMERS = frozenset({CUSTOMER_ASKED, CUSTOMER_REMINDED})

EVENTS = tuple(event_of(action) for action in AUDIENCE)
# Told to whoever has objected and to nobody else: no other mail, no webhook.
ANSWERS = frozenset({"objection_upheld", "objection_dismissed", "objection_lapsed"})
# Told to the one person whom the entry names.
COPY = "case_copied"
PERSONAL = frozenset({"task_handed_over", "signer_added", COPY})
# Told to whoever has reported a wrong value on his own file; of no case.
CORRECTIONS = frozenset({"correction_made", "correction_refused"})
# Told to the person himself, whoever has done it.
OWN_ACCESS = frozenset(
    {
        *("password_set", "password_changed", "password_reset"),
        *("second_factor_set", "second_factor_removed", "recovery_code_used", "recovery_codes_renewed"),
        *(
            "passkey_made",
            "passkey_removed",
            "identity_linked",
            "token_made",
            "calendar_feed_made",
            "webhook_subscribed",
            "webhook_rotated",
            "robot_made",
        ),
    }
)
# Told to everybody for whom a task of these kinds waits.
NUDGE = "case_nudged"
# Told to HR and auditors, of whom one may grant it; what is granted, to the candidate and auditors.
EMERGENCY = frozenset({"emergency_asked", "emergency_granted"})
# Told to auditors: whoever runs the service could otherwise let himself see cases, and nobody would know.
ROLES = "roles_changed"
# Told to whoever is away and to the substitute.
ABSENCE = frozenset({"substitute_named", "substitution_ended"})
