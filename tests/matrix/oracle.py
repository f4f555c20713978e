"""What each person may ask of a case, as the table of rights has it: one pure function, nothing read.

Written a second time, route by route, from the product description; it knows nothing of the code's own table.
"""

from dataclasses import dataclass, field

from tests.matrix.books import Standing
from workflow.vocabulary import Stage, TaskKind

CASE = "/cases/<int:case_id>"
ENTRY = "/competitions/<int:competition_id>/entries/<int:case_id>"
SEEING = frozenset(
    {
        *("candidate", "nominator", "superior", "approver", "judge", "member", "mentor", "holder", "copied"),
        *("hr", "auditor"),
    }
)
READING = SEEING | {"admitted"}  # for an hour in an emergency, and nothing else
EVERYBODY = frozenset({"everybody"})
_SIGNING = frozenset({"approver", "holder", "hr"})
_ALONG_THE_LINE = frozenset({"holder", "superior", "hr"})
_OF_MENTORING = frozenset({"candidate", "superior", "mentor", "holder", "hr", "auditor"})
_PAIR = frozenset({"candidate", "mentor"})
_HR = frozenset({"hr"})
_CANDIDATE = frozenset({"candidate"})

# Who may ask; whoever may see the case but is not named is refused with the reason.
WHO: dict[str, frozenset[str]] = {
    f"GET {CASE}": READING,
    f"GET {CASE}/checklist": READING,
    f"GET {CASE}/timeline": READING,
    f"GET {CASE}/approvals": READING,
    f"GET {CASE}/eligibility": READING,
    f"GET {CASE}/copies": READING,
    f"GET {CASE}/review": frozenset({"candidate", "superior", "member", "mentor", "hr", "auditor"}),
    f"GET {CASE}/review/form": EVERYBODY,
    f"GET {CASE}/rater-objections": frozenset({"candidate", "hr", "auditor"}),
    f"GET {CASE}/vote": frozenset({"candidate", "superior", "member", "hr", "auditor"}),
    f"GET {CASE}/vote/reasons": frozenset({"member"}),
    f"GET {CASE}/outcome": frozenset({"candidate", "hr", "auditor"}),
    f"GET {CASE}/dossier": frozenset({"hr", "auditor"}),
    f"GET {CASE}/letters": frozenset({"candidate", "hr", "auditor"}),
    f"GET {CASE}/letters/<int:letter_id>.pdf": frozenset({"candidate", "hr", "auditor"}),
    f"GET {CASE}/objections": frozenset({"hr", "auditor", "objector"}),
    f"GET {CASE}/mentorship": _OF_MENTORING,
    f"GET {CASE}/mentorship/duties": _OF_MENTORING,
    f"GET {CASE}/mentorship/proposals": _HR,
    f"PUT {CASE}/nomination": frozenset({"nominator"}),
    f"POST {CASE}/submission": frozenset({"nominator"}),
    f"POST {CASE}/consent": _CANDIDATE,
    f"POST {CASE}/opt-out": _CANDIDATE,
    f"POST {CASE}/withdrawal": frozenset({"candidate", "hr"}),
    f"POST {CASE}/approvals": _SIGNING,
    f"POST {CASE}/handovers": _SIGNING,
    f"POST {CASE}/signers": _SIGNING,
    f"DELETE {CASE}/signers/<number>": _SIGNING,
    f"POST {CASE}/copies": frozenset({"approver", "superior", "hr"}),
    f"DELETE {CASE}/copies/<number>": frozenset({"approver", "superior", "hr"}),
    f"POST {CASE}/nudges": frozenset({"candidate", "nominator", "superior", "hr"}),
    f"POST {CASE}/eligibility": _HR,
    f"POST {CASE}/waivers": _HR,
    f"POST {CASE}/refusal": _HR,
    f"POST {CASE}/retry": _HR,
    f"POST {CASE}/rater-objections": _CANDIDATE,
    f"POST {CASE}/rater-objections/<int:number>/decision": _HR,
    f"PUT {CASE}/review/draft": frozenset({"rater", "candidate"}),
    f"PUT {CASE}/review/form": frozenset({"rater", "candidate"}),
    f"POST {CASE}/review/refusal": frozenset({"rater", "candidate"}),
    f"POST {CASE}/review/waiver": _HR,
    f"POST {CASE}/review/widening": _HR,
    f"POST {CASE}/shortfall": _HR,
    f"POST {CASE}/committee": _HR,
    f"POST {CASE}/votes": frozenset({"member"}),
    f"GET {CASE}/ballot": frozenset({"member"}),
    f"PUT {CASE}/ballot": frozenset({"member"}),
    f"POST {CASE}/recusals": frozenset({"member", "judge"}),
    f"POST {CASE}/decision": frozenset({"member"}),
    f"POST {CASE}/call-up": _HR,
    f"POST {CASE}/reserve-expiry": _HR,
    f"POST {CASE}/objections": frozenset({"onlooker"}),
    f"POST {CASE}/objections/<int:objection_id>/decision": _HR,
    f"POST {CASE}/letters/<int:letter_id>/acknowledgement": _CANDIDATE,
    f"POST {CASE}/mentorship": _HR,
    f"POST {CASE}/mentorship/refusal": frozenset({"mentor"}),
    f"POST {CASE}/mentorship/duties/acknowledgement": _CANDIDATE,
    f"PUT {CASE}/mentorship/plan": _PAIR,
    f"POST {CASE}/mentorship/items/<int:item_id>/progress": _PAIR,
    f"POST {CASE}/mentorship/check-ins/<int:day>": _PAIR,
    f"POST {CASE}/mentorship/performance-checks/<int:week>": _ALONG_THE_LINE,
    f"POST {CASE}/mentorship/conclusion": _ALONG_THE_LINE,
    f"POST {CASE}/emergency-accesses": frozenset({"admin", "department_hr"}),
    f"POST {CASE}/emergency-accesses/<int:access_id>/grant": frozenset({"hr", "auditor"}),
    f"GET {ENTRY}/sheet": frozenset({"judge"}),
    f"PUT {ENTRY}/sheet": frozenset({"judge"}),
    f"POST {ENTRY}/sheet/confirmation": frozenset({"judge"}),
    f"POST {ENTRY}/recusals": frozenset({"member", "judge"}),
}
# Acts that only somebody can do for whom such a task waits.
TASK: dict[str, frozenset[TaskKind]] = {
    f"POST {CASE}/consent": frozenset({TaskKind.CONSENT}),
    f"POST {CASE}/approvals": frozenset({TaskKind.APPROVE}),
    f"POST {CASE}/handovers": frozenset({TaskKind.APPROVE, TaskKind.PERFORMANCE_CHECK, TaskKind.CONFIRM}),
    f"POST {CASE}/signers": frozenset({TaskKind.APPROVE}),
    f"POST {CASE}/rater-objections/<int:number>/decision": frozenset({TaskKind.DECIDE_RATER_OBJECTION}),
    f"POST {CASE}/review/refusal": frozenset({TaskKind.REVIEW}),
    f"POST {CASE}/review/waiver": frozenset({TaskKind.RESCUE_REVIEW}),
    f"POST {CASE}/review/widening": frozenset({TaskKind.RESCUE_REVIEW}),
    f"POST {CASE}/votes": frozenset({TaskKind.OPEN_BALLOT}),
    f"POST {CASE}/decision": frozenset({TaskKind.WRITE_DECISION}),
    f"POST {CASE}/objections/<int:objection_id>/decision": frozenset({TaskKind.DECIDE_OBJECTION}),
    f"POST {CASE}/mentorship/duties/acknowledgement": frozenset({TaskKind.ACKNOWLEDGE_DUTIES}),
    f"POST {CASE}/mentorship/check-ins/<int:day>": frozenset({TaskKind.CHECK_IN}),
    f"POST {CASE}/mentorship/performance-checks/<int:week>": frozenset({TaskKind.PERFORMANCE_CHECK}),
    f"POST {CASE}/mentorship/conclusion": frozenset({TaskKind.CONFIRM}),
    f"POST {ENTRY}/sheet/confirmation": frozenset({TaskKind.CONFIRM_SCORE}),
}
# Who needs no task for it all the same: a mentee may note at any time what a talk has brought.
_WITHOUT_TASK = {f"POST {CASE}/mentorship/check-ins/<int:day>": _CANDIDATE}
# Parts of a case that a route shows.
SHOWS: dict[str, str] = {
    f"GET {CASE}/checklist": "checklist",
    f"GET {CASE}/timeline": "timeline",
    f"GET {CASE}/approvals": "nomination",
    f"GET {CASE}/eligibility": "eligibility",
    f"GET {CASE}/review": "review_outcome",
    f"GET {CASE}/vote": "tally",
    f"GET {CASE}/outcome": "outcome",
    f"GET {CASE}/mentorship": "mentorship",
    f"GET {CASE}/mentorship/duties": "mentorship",
}
READERS: dict[str, frozenset[str]] = {
    "place": READING,
    "nomination": READING - {"mentor"},
    "eligibility": READING - {"mentor", "copied"},
    "checklist": READING - {"judge", "copied"},
    "timeline": READING - {"judge"},
    "review_outcome": frozenset({"member", "hr", "auditor"}),
    "tally": frozenset({"member", "hr", "auditor"}),
    "approval_reasons": frozenset({"approver", "hr", "auditor"}),
    "internal_reason": frozenset({"hr", "auditor"}),
    "objections": frozenset({"hr", "auditor"}),
    "rater_objections": frozenset({"candidate", "hr", "auditor"}),
    "mentorship": _OF_MENTORING,
}
READERS_ONCE_TOLD: dict[str, frozenset[str]] = {
    "review_outcome": frozenset({"candidate", "superior"}),
    "tally": frozenset({"candidate", "superior"}),
    "approval_reasons": frozenset({"candidate", "superior", "nominator"}),
    "outcome": frozenset({"candidate", "hr", "auditor"}),
}
WAITING = frozenset(READERS_ONCE_TOLD)  # whose readers may wait for the release


@dataclass(frozen=True)
class Expected:
    """How a call is answered: the code of the refusal, or None; and whether it may change anything."""

    code: str | None
    may_change: bool = False
    parts: frozenset[str] = field(default_factory=frozenset)


def expected(route: str, standing: Standing | None) -> Expected:
    """What a person who stands so to a case is told on this route; None is somebody not signed in."""
    if standing is None:
        return Expected("sign_in_required")
    words = standing.words | EVERYBODY
    seen = parts(standing)
    if not words & WHO[route]:
        return Expected(_refusal(words))
    shown = SHOWS.get(route)
    if shown is not None and shown not in seen:
        return Expected("part_not_released" if shown in WAITING else "not_allowed")
    return Expected(None, _may_change(route, standing), seen)


def parts(standing: Standing) -> frozenset[str]:
    """The parts of the case that somebody who stands so to it may see now."""
    shown = {part for part, readers in READERS.items() if standing.words & readers}
    if standing.is_released:
        shown |= {part for part, readers in READERS_ONCE_TOLD.items() if standing.words & readers}
    if standing.stage in (Stage.MENTORING, Stage.COMPLETED, Stage.REVERTED) and "mentor" in standing.words:
        shown |= {"review_outcome"}
    return frozenset(shown - ({"rater_objections"} if "unwanted" in standing.words else set()))


def _may_change(route: str, standing: Standing) -> bool:
    if route.startswith("GET "):
        return False
    is_free = route not in TASK or bool(standing.words & _WITHOUT_TASK.get(route, frozenset()))
    return is_free or bool(TASK[route] & standing.holds)


def _refusal(words: frozenset[str]) -> str:
    if not words & (SEEING | {"rater"}):
        return "not_found"
    return "own_case" if "candidate" in words else "not_allowed"
