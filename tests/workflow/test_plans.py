"""The months of mentoring: duties known, a plan with practice and training, talks, regular ratings."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.begun import begun
from tests.workflow.votes import holders
from workflow import mentoring, plans
from workflow.errors import GuardsNotMet, Invalid, NotFound, NotYourTask, TaskClosed
from workflow.models import Employee, Mentorship, PerformanceCheck, PlanItem, PromotionCase
from workflow.process import Guard
from workflow.queries.mentorships import proposals
from workflow.vocabulary import Answer, Level, PlanItemKind, Role, Stage, TaskKind, Track

Promoted = tuple[Company, int]


def promoted_person(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.MENTORING),)


@pytest.fixture
def promoted(tmp_path: Path) -> Iterator[Promoted]:
    with begun(tmp_path, promoted_person) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def mentored(promoted: Promoted) -> Promoted:
    company, case_id = promoted
    name(company, case_id)
    return promoted


def name(company: Company, case_id: int, mentor: str = "T1") -> None:
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids[mentor]))


def agree(company: Company, case_id: int, by: str, *items: dict[str, Any]) -> None:
    company.do(plans.agree_plan, case_id, by, plan="Lead a project.", items=list(items) or None)


def item(company: Company, title: str, *, weeks: int = 4, **changed: Any) -> dict[str, Any]:
    due_on = company.now.date() + timedelta(weeks=weeks)
    return {"kind": PlanItemKind.PRACTICE, "title": title, "due_on": due_on, **changed}


def items(company: Company) -> list[PlanItem]:
    with company.reading() as db:
        return list(db.scalars(select(PlanItem).order_by(PlanItem.id)))


def checks(company: Company) -> list[PerformanceCheck]:
    with company.reading() as db:
        return list(db.scalars(select(PerformanceCheck).order_by(PerformanceCheck.week)))


def mentorship(company: Company) -> Mentorship:
    with company.reading() as db:
        return db.scalars(select(Mentorship)).one()


def proposed(company: Company, case_id: int) -> list[str]:
    with company.reading() as db:
        return [line.person.number for line in proposals(db, db.get_one(PromotionCase, case_id))]


def test_the_promoted_person_acknowledges_the_duties_of_the_new_post(promoted: Promoted) -> None:
    company, case_id = promoted
    assert holders(company, case_id, TaskKind.ACKNOWLEDGE_DUTIES) == ["C"]
    with pytest.raises(NotYourTask):
        company.do(plans.acknowledge_duties, case_id, "T1")
    company.do(plans.acknowledge_duties, case_id, "C")
    assert company.case(case_id).duties_acknowledged_at == company.now
    with pytest.raises(TaskClosed):
        company.do(plans.acknowledge_duties, case_id, "C")


@pytest.mark.parametrize("end", [mentoring.confirm, mentoring.extend])
def test_nobody_is_confirmed_or_extended_who_has_not_acknowledged_the_duties(
    mentored: Promoted, end: Any
) -> None:
    company, case_id = mentored
    with pytest.raises(GuardsNotMet) as refused:
        company.do(end, case_id, "D1", reason="Good.")
    verdict = refused.value.facts["checklist"][Guard.DUTIES_ARE_ACKNOWLEDGED]
    assert (verdict.answer, verdict.facts) == (Answer.NOT_MET, {"count": 3})


def test_a_plan_is_agreed_with_its_items(mentored: Promoted) -> None:
    company, case_id = mentored
    course = item(company, "Vibration analysis", kind=PlanItemKind.TRAINING)
    agree(company, case_id, "T1", item(company, "Overhaul"), course)
    agree(company, case_id, "C")
    assert None not in (mentorship(company).agreed_by_mentor_at, mentorship(company).agreed_by_mentee_at)
    assert [(one.kind, one.title) for one in items(company)] == [
        (PlanItemKind.PRACTICE, "Overhaul"),
        (PlanItemKind.TRAINING, "Vibration analysis"),
    ]


@pytest.mark.parametrize("weeks", [4, 5])
def test_only_changed_items_are_put_to_the_other_again(mentored: Promoted, weeks: int) -> None:
    company, case_id = mentored
    agree(company, case_id, "T1", item(company, "Overhaul"))
    agree(company, case_id, "C", item(company, "Overhaul", weeks=weeks))
    again = [] if weeks == 4 else ["T1"]
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == again
    assert (mentorship(company).agreed_by_mentor_at is None) is bool(again)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": " "}, "item_without_title"),
        ({"due_on": date(2026, 1, 1)}, "item_outside_period"),
        ({"due_on": date(2027, 1, 1)}, "item_outside_period"),
    ],
)
def test_an_item_has_a_title_and_a_day_within_the_period(
    mentored: Promoted, changed: dict[str, Any], reason: str
) -> None:
    company, case_id = mentored
    with pytest.raises(Invalid, match=reason):
        agree(company, case_id, "T1", item(company, "Overhaul") | changed)
    assert items(company) == []


def test_no_item_stands_twice(mentored: Promoted) -> None:
    company, case_id = mentored
    with pytest.raises(Invalid, match="item_twice"):
        agree(company, case_id, "T1", item(company, "Overhaul"), item(company, "Overhaul", weeks=9))


def test_mentor_and_mentee_note_progress_once_the_plan_is_agreed(mentored: Promoted) -> None:
    company, case_id = mentored
    agree(company, case_id, "T1", item(company, "Overhaul"))
    (overhaul,) = items(company)
    note = {"item_id": overhaul.id, "feedback": "Half done."}
    with pytest.raises(Invalid, match="plan_not_agreed"):
        company.do(plans.note_progress, case_id, "C", **note)
    agree(company, case_id, "C")
    company.do(plans.note_progress, case_id, "C", **note)
    company.later(days=20)
    done_on = company.now.date() - timedelta(days=1)
    company.do(
        plans.note_progress, case_id, "T1", item_id=overhaul.id, feedback="Done well.", done_on=done_on
    )
    (overhaul,) = items(company)
    assert (overhaul.feedback, overhaul.done_on) == ("Done well.", done_on)
    for error, by, changed in (
        (NotYourTask, "L1", {}),
        (NotFound, "C", {"item_id": overhaul.id + 9}),
        (Invalid, "C", {"feedback": " "}),
        (Invalid, "C", {"done_on": company.now.date() + timedelta(days=1)}),
    ):
        with pytest.raises(error):
            company.do(plans.note_progress, case_id, by, **{**note, **changed})


def test_what_has_been_worked_on_stays_when_another_mentor_changes_the_plan(mentored: Promoted) -> None:
    company, case_id = mentored
    agree(company, case_id, "T1", item(company, "Overhaul"), item(company, "Offers"))
    agree(company, case_id, "C")
    overhaul = items(company)[0]
    company.do(plans.note_progress, case_id, "C", item_id=overhaul.id, feedback="Begun.")
    company.do(mentoring.refuse, case_id, "T1", reason="I am moving away.")
    name(company, case_id, "M1")
    with pytest.raises(Invalid, match="item_begun"):
        agree(company, case_id, "M1", item(company, "Training"))
    agree(company, case_id, "M1", item(company, "Overhaul"), item(company, "Training"))
    noted = {one.title: one.feedback for one in items(company)}
    assert noted == {"Overhaul": "Begun.", "Training": None}
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["C"]


def test_the_line_manager_rates_the_work_at_regular_intervals(mentored: Promoted) -> None:
    company, case_id = mentored
    assert [check.week for check in checks(company)] == [13, 26]
    assert holders(company, case_id, TaskKind.PERFORMANCE_CHECK) == ["L1", "L1"]
    for error, by, given in (
        (NotFound, "L1", {"week": 12, "rating": 4, "note": "Good."}),
        (Invalid, "L1", {"week": 13, "rating": 6, "note": "Good."}),
        (Invalid, "L1", {"week": 13, "rating": 4, "note": " "}),
        (NotYourTask, "D1", {"week": 13, "rating": 4, "note": "Good."}),
    ):
        with pytest.raises(error):
            company.do(plans.check_performance, case_id, by, **given)
    company.do(plans.check_performance, case_id, "L1", week=13, rating=4, note="Good.")
    first = checks(company)[0]
    assert (first.rating, first.note, first.written_by_id) == (4, "Good.", company.ids["L1"])
    with pytest.raises(TaskClosed):
        company.do(plans.check_performance, case_id, "L1", week=13, rating=5, note="Better.")


def test_an_extension_brings_a_further_rating(promoted: Promoted) -> None:
    company, case_id = promoted
    mentor_a_case(company, case_id)
    company.later(weeks=26)
    company.do(mentoring.extend, case_id, "D1", reason="Not yet.")
    assert [check.week for check in checks(company)] == [13, 26, 39]
    assert holders(company, case_id, TaskKind.PERFORMANCE_CHECK) == ["L1"]


def test_where_nobody_stands_above_hr_rates(promoted: Promoted) -> None:
    company, case_id = promoted
    company.leaves("L1")
    company.leaves("D1")
    name(company, case_id)
    assert {task.role for task in company.open_tasks(case_id, TaskKind.PERFORMANCE_CHECK)} == {Role.HR}


def test_mentors_are_proposed_by_track_level_and_room(promoted: Promoted) -> None:
    company, case_id = promoted
    found = proposed(company, case_id)
    # Track and level fit; peers are below the target, managers on another track.
    assert found == sorted(found)
    assert {"T1", "M1", "J1", "H1"} <= set(found)
    assert not {"C", "L1", "D1", "P1"} & set(found)
    assert len(found) <= 20


def test_most_room_comes_first_then_the_same_department(promoted: Promoted) -> None:
    company, case_id = promoted
    with company.door.acting(now=company.now) as act:
        raised = {"level": Level.SENIOR, "track": Track.PROFESSIONAL}
        act.execute(update(Employee).where(Employee.number == "P8").values(**raised))
        act.execute(update(Employee).where(Employee.number == "L1").values(**raised))
    other = a_case(company, at=Stage.MENTORING, candidate="P1")
    name(company, other, "A1")
    found = proposed(company, case_id)
    assert (found[:2], found[-1]) == (["P1", "P8"], "A1")
    assert "L1" not in found


def test_whoever_is_full_or_has_left_is_not_proposed(promoted: Promoted) -> None:
    company, case_id = promoted
    company.leaves("M7")
    for number in ("P1", "P2", "P3"):
        name(company, a_case(company, at=Stage.MENTORING, candidate=number), "T1")
    found = proposed(company, case_id)
    assert "T1" not in found
    assert "M7" not in found
