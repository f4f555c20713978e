"""A well-formed call of every route that names a case: what stands in its path and in its body."""

import re
from typing import Any

from tests.builders import answers, default_contest
from tests.matrix.books import Books
from tests.matrix.oracle import CASE, ENTRY
from workflow.models import (
    ApprovalStep,
    CaseCopy,
    Competition,
    EligibilityFinding,
    EmergencyAccess,
    Employee,
    Entry,
    InboxRow,
    Letter,
    Mentorship,
    Objection,
    PlanItem,
    PromotionCase,
    RaterObjection,
    Task,
)
from workflow.vocabulary import Answer, StepState

_WHY = {"reason": "It is written down why."}
_TEXT = {"text": "It is written down.", "internal_reason": ""}
_DATE = "2026-06-01"
_ASKED = "P8"  # somebody who can be asked to do something

# Acts whose day comes in none of the small worlds: for a case set aside by a quota (`test_agenda.py`), for a
# sheet far from the others (`test_rounds.py`).
ELSEWHERE = frozenset({f"POST {CASE}/call-up", f"POST {ENTRY}/sheet/confirmation"})
BODIES: dict[str, dict[str, Any]] = {
    f"PUT {CASE}/nomination": {"statement": "Keeps promises.", "evidence": {}},
    f"POST {CASE}/consent": {"decision": "agree", "reason": ""},
    f"POST {CASE}/withdrawal": _WHY,
    f"POST {CASE}/approvals": {"decision": "approve", "reason": ""},
    f"POST {CASE}/signers": {"person": _ASKED, **_WHY},
    f"POST {CASE}/copies": {"person": _ASKED},
    f"POST {CASE}/refusal": _WHY,
    f"POST {CASE}/rater-objections": {"person": _ASKED, **_WHY},
    f"POST {CASE}/rater-objections/<int:number>/decision": {"decision": "dismiss", **_WHY},
    f"PUT {CASE}/review/draft": {"answers": answers(4), "evidence": {}},
    f"PUT {CASE}/review/form": {"answers": answers(4), "evidence": {}},
    f"POST {CASE}/review/refusal": _WHY,
    f"POST {CASE}/review/waiver": _WHY,
    f"POST {CASE}/review/widening": _WHY,
    f"POST {CASE}/shortfall": _TEXT,
    f"POST {CASE}/committee": {"committee": 1},
    f"POST {CASE}/votes": {"deviation": []},
    f"PUT {CASE}/ballot": {"choice": "yes", "reason": ""},
    f"POST {CASE}/recusals": _WHY,
    f"POST {CASE}/decision": _TEXT,
    f"POST {CASE}/call-up": _WHY,
    f"POST {CASE}/reserve-expiry": _TEXT,
    f"POST {CASE}/objections": {"text": "The figures are wrong."},
    f"POST {CASE}/objections/<int:objection_id>/decision": {"decision": "dismiss", **_WHY},
    f"POST {CASE}/mentorship": {"mentor": "T1"},
    f"POST {CASE}/mentorship/refusal": _WHY,
    f"PUT {CASE}/mentorship/plan": {
        "plan": "Learn from the best.",
        "items": [{"kind": "practice", "title": "Lead a visit", "due_on": _DATE}],
    },
    f"POST {CASE}/mentorship/items/<int:item_id>/progress": {"feedback": "Well done."},
    f"POST {CASE}/mentorship/check-ins/<int:day>": {"note": "On the way."},
    f"POST {CASE}/mentorship/performance-checks/<int:week>": {"rating": 4, "note": "Good."},
    f"POST {CASE}/mentorship/conclusion": {"decision": "confirm", **_WHY},
    f"POST {CASE}/emergency-accesses": _WHY,
    f"POST {ENTRY}/sheet/confirmation": {"evidence": "Seen on site."},
    f"POST {ENTRY}/recusals": _WHY,
}


def is_reachable(route: str, case: PromotionCase, books: Books) -> bool:
    """Whether the route can name the case: the routes of entries are for cases that compete."""
    return not route.split(" ")[1].startswith(ENTRY) or bool(books.of(Entry, case_id=case.id))


def path_of(route: str, case: PromotionCase, books: Books, *, named: int | None = None) -> str:
    """The path of a route for a case, or as if another were `named`; other keys are of what is the case's."""
    found = {
        "case_id": case.id if named is None else named,
        "competition_id": _first(books.of(Entry, case_id=case.id), "competition_id"),
        "letter_id": _first(books.of(Letter, case_id=case.id), "id"),
        "objection_id": _first(books.of(Objection, case_id=case.id), "id"),
        "access_id": _first(sorted(books.of(EmergencyAccess, case_id=case.id), key=_is_granted), "id"),
        "item_id": _first(_items(case, books), "id"),
        "number": _number(route, case, books),
        "day": 30,
        "week": 13,
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(found[name[1]]), route.split(" ", 1)[1])


def body_of(route: str, person: int, case: PromotionCase, books: Books) -> dict[str, Any] | None:
    """The body of a call by a person; whoever hands over names a task of his, if he has one."""
    if route.startswith(("GET", "DELETE")):
        return None
    if route == f"POST {CASE}/waivers":
        unmet = [
            one for one in books.of(EligibilityFinding, round_id=case.round_id) if one.answer != Answer.MET
        ]
        return {"rule": unmet[0].rule if unmet else "time_in_level", **_WHY}
    if route == f"PUT {ENTRY}/sheet":
        (contest,) = books.of(Competition, id=_first(books.of(Entry, case_id=case.id), "competition_id"))
        return {"scores": dict.fromkeys(default_contest().asked_in(contest.round_number), 4.0)}
    if route != f"POST {CASE}/handovers":
        return BODIES.get(route, {})
    here = {row.task_id for row in books.of(InboxRow, person_id=person)}
    own = [task.id for task in books.of(Task, case_id=case.id) if task.id in here]
    return {"task": own[0] if own else 1, "to": _ASKED, **_WHY}


def _number(route: str, case: PromotionCase, books: Books) -> int | str:
    """Of an objection to a rater; or of the person who signs, or has a copy, at somebody's wish."""
    if "<int:number>" in route:
        return _first(books.of(RaterObjection, case_id=case.id), "number")
    steps = [step for step in books.of(ApprovalStep, round_id=case.round_id) if step.is_added]
    asked = [step.approver_id for step in steps if step.state == StepState.OPEN]
    copied = [copy.person_id for copy in books.of(CaseCopy, case_id=case.id)]
    people = books.of(Employee, id=((asked if "signers" in route else copied) or [None])[0])
    return people[0].number if people else _ASKED


def _is_granted(access: EmergencyAccess) -> bool:
    return access.granted_by_id is not None


def _items(case: PromotionCase, books: Books) -> list[PlanItem]:
    return [
        item
        for mentorship in books.of(Mentorship, case_id=case.id)
        for item in books.of(PlanItem, mentorship_id=mentorship.id)
    ]


def _first(rows: list[Any], name: str) -> int:
    return getattr(rows[0], name) if rows else 1
