"""Cases: list them, put one on file, read one whole, write, submit and withdraw it."""

from typing import Any

from flask.views import MethodView

from api import plain
from api.acting import acting, changing, now, person, roles, seen
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import by_number, seen_part
from api.policy import allows
from api.preconditions import heading
from api.schemas.cases import (
    Case,
    CaseLook,
    CasePage,
    CaseQuery,
    CaseState,
    Checklist,
    Consent,
    NewCase,
    NominationText,
    Timeline,
)
from api.schemas.my_cases import MyCases
from api.schemas.people import OptionalReason
from api.strict import Resources
from translations import both
from workflow import cases, nominations
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part, visible_parts
from workflow.queries import cases as case_queries
from workflow.queries import checklist, timeline, withheld
from workflow.queries.editions import edition_for
from workflow.queries.few_cases import sees_few
from workflow.queries.looking import Looking
from workflow.queries.my_cases import MyCase, my_cases
from workflow.relations import Relation
from workflow.targets import Place

blueprint = Resources("cases", "Promotion cases from nomination to the end of mentoring")


@blueprint.route("/cases")
class CasesView(MethodView):
    """All cases the caller may see."""

    @allows(Operation.LIST_CASES)
    @blueprint.arguments(CaseQuery, location="query")
    @blueprint.response(200, CasePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List cases"""
        query = case_queries.cases_seen_by(
            person().id,
            stage=arguments.get("stage"),
            candidate=arguments.get("candidate"),
            cycle_id=arguments.get("cycle"),
            is_own=arguments["mine"],
            are_few=sees_few(db.session(), person().id, roles()),
        )
        return page_of(query, [PromotionCase.id], arguments, newest_first=True)

    @allows(Operation.NOMINATE)
    @blueprint.arguments(NewCase)
    @blueprint.response(201, CaseState)
    def post(self, wanted: dict[str, Any]) -> tuple[PromotionCase, dict[str, str]]:
        """Nominate somebody for the next step"""
        cycle_id, edition_id = wanted.pop("cycle"), wanted.pop("edition")
        with acting() as act:
            edition_id = edition_for(act.db, on=act.now.date(), cycle_id=cycle_id, edition_id=edition_id)
            candidate = by_number(act, wanted.pop("candidate"))
            manager = by_number(act, wanted["manager"]) if wanted["manager"] is not None else None
            del wanted["manager"]
            place = Place(wanted.pop("department"), manager)
            case = nominations.nominate(
                act, candidate, edition_id=edition_id, cycle_id=cycle_id, place=place, **wanted
            )
        return case, {"Location": f"/api/v1/cases/{case.id}"}


@blueprint.route("/me/cases")
class MyCasesView(MethodView):
    """One's own cases."""

    @allows(Operation.LIST_CASES)
    @blueprint.response(200, MyCases)
    def get(self) -> dict[str, list[MyCase]]:
        """Read where each of my cases stands, who holds it, and what it has come to"""
        return {"items": my_cases(db.session(), person())}


@blueprint.route("/cases/<int:case_id>")
class CaseView(MethodView):
    """One case."""

    @allows(Operation.READ_CASE)
    @blueprint.arguments(CaseLook, location="query")
    @blueprint.response(200, Case)
    def get(self, wanted: dict[str, Any], case_id: int) -> tuple[dict[str, Any], dict[str, str]]:
        """Read a case with its place, checklist and timeline"""
        case, mine = seen(case_id)
        parts = visible_parts(mine, case)
        wanted_parts = {part for part in (Part.CHECKLIST, Part.TIMELINE) if wanted[part]}
        shown = frozenset() if wanted["brief"] else parts & wanted_parts
        is_whole = wanted["checklist"] and not wanted["brief"]
        looking, detail = Looking(db=db.session(), by=person(), now=now()), _detail(case, mine, parts)
        told = {
            **_place(detail),
            "withheld": _withheld(looking, detail, mine) if is_whole else None,
            "checklist": _checklist(looking, case, parts) if Part.CHECKLIST in shown else None,
            "timeline": _timeline(case_id, mine, parts) if Part.TIMELINE in shown else None,
        }
        return told, heading(case)


@blueprint.route("/cases/<int:case_id>/checklist")
class ChecklistView(MethodView):
    """What must be true before a case can go on."""

    @allows(Operation.READ_CASE)
    @blueprint.response(200, Checklist)
    def get(self, case_id: int) -> dict[str, Any]:
        """Read the checklist of a case"""
        case, _, parts = seen_part(case_id, Part.CHECKLIST)
        return _checklist(Looking(db=db.session(), by=person(), now=now()), case, parts)


@blueprint.route("/cases/<int:case_id>/timeline")
class TimelineView(MethodView):
    """What has happened to a case."""

    @allows(Operation.READ_CASE)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, Timeline)
    def get(self, arguments: dict[str, Any], case_id: int) -> Page:
        """List what has happened to a case"""
        _, mine, parts = seen_part(case_id, Part.TIMELINE)
        return page_of(timeline.of_case(case_id, mine, parts), [timeline.PLACE], arguments)


@blueprint.route("/cases/<int:case_id>/nomination")
class NominationView(MethodView):
    """What speaks for the candidate."""

    @allows(Operation.REVISE_NOMINATION)
    @blueprint.arguments(NominationText)
    @blueprint.response(200, CaseState)
    def put(self, written: dict[str, Any], case_id: int) -> PromotionCase:
        """Write statement and evidence, until the first approver has decided, and again after a return"""
        with changing(case_id) as (act, case):
            nominations.write(act, case, **written)
        return case


@blueprint.route("/cases/<int:case_id>/submission")
class SubmissionView(MethodView):
    """The sending of a nomination on its way."""

    @allows(Operation.SUBMIT_NOMINATION)
    @blueprint.response(200, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Submit the nomination, or submit it again"""
        with changing(case_id) as (act, case):
            nominations.submit(act, case)
        return case


@blueprint.route("/cases/<int:case_id>/consent")
class ConsentView(MethodView):
    """The candidate's answer to a nomination by a colleague."""

    @allows(Operation.CONSENT)
    @blueprint.arguments(Consent)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Agree to being nominated by a colleague, or refuse"""
        with changing(case_id) as (act, case):
            agrees = given["decision"] == "agree"
            nominations.answer(act, case, agrees=agrees, reason=given["reason"])
        return case


@blueprint.route("/cases/<int:case_id>/opt-out")
class OptOutView(MethodView):
    """The candidate's wish to stay out of a cycle."""

    @allows(Operation.OPT_OUT)
    @blueprint.response(200, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Opt out of the cycle; once approval has begun this withdraws the case"""
        with changing(case_id) as (act, case):
            nominations.opt_out(act, case)
        return case


@blueprint.route("/cases/<int:case_id>/withdrawal")
class WithdrawalView(MethodView):
    """The taking back of a case."""

    @allows(Operation.WITHDRAW)
    @blueprint.arguments(OptionalReason)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Withdraw a case before it has effect"""
        with changing(case_id) as (act, case):
            cases.withdraw(act, case, reason=given["reason"])
        return case


def _detail(
    case: PromotionCase, mine: frozenset[Relation], parts: frozenset[Part]
) -> case_queries.CaseDetail:
    return case_queries.detail(db.session(), case, reader=person().id, mine=mine, parts=parts, now=now())


def _place(detail: case_queries.CaseDetail) -> dict[str, Any]:
    case = detail.case
    assert case.round is not None
    is_readable = Part.NOMINATION in detail.parts
    return {
        "id": case.id,
        "version": case.version,
        "candidate": case.candidate,
        "nominated_by": case.nominated_by,
        "nominated_as": case.nominated_as,
        "track": case.target_track,
        "level": case.target_level,
        "post": case.target_post,
        "department": case.target_department_id,
        "manager": case.target_manager,
        "edition": case.edition_id,
        "cycle": case.cycle_id,
        "stage": case.stage,
        "round": case.round.number,
        "opened_at": case.opened_at,
        "due_at": detail.due_at,
        "ended_at": case.ended_at,
        "stuck_reason": detail.stuck_reason,
        "holders": detail.holders,
        "tasks": detail.tasks,
        "acts": detail.acts,
        "parts": sorted(detail.parts),
        "nomination": {"statement": case.statement, "evidence": case.evidence} if is_readable else None,
        "outcome": _outcome(detail) if is_readable and case.released_at is not None else None,
    }


def _outcome(detail: case_queries.CaseDetail) -> dict[str, Any]:
    case = detail.case
    return {
        "decided_at": case.decided_at,
        "decided_by": case.decided_by,
        "text": case.outcome_text,
        "effective_on": case.effective_on,
        "internal_reason": case.internal_reason if Part.INTERNAL_REASON in detail.parts else None,
    }


def _withheld(
    looking: Looking, detail: case_queries.CaseDetail, mine: frozenset[Relation]
) -> list[dict[str, Any]]:
    found = withheld.withheld(looking, detail.case, detail.known_tasks, mine, detail.parts, detail.acts)
    return [{"act": act, "reason": why, "messages": both(f"withheld.{why}")} for act, why in found.items()]


def _checklist(looking: Looking, case: PromotionCase, parts: frozenset[Part]) -> dict[str, Any]:
    found = checklist.seen_by(looking, case, parts)
    return {"moves": found.moves, "guards": plain.checklist(found.verdicts)}


def _timeline(case_id: int, mine: frozenset[Relation], parts: frozenset[Part]) -> list[timeline.Happening]:
    query = timeline.of_case(case_id, mine, parts).order_by(timeline.PLACE)
    return list(db.session.scalars(query))
