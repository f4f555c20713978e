"""The mentoring: a fit mentor, a plan both agree to, talks that are held, and how it ends."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.begun import begun
from tests.workflow.votes import holders
from workflow import mentoring, plans
from workflow.errors import (
    AlreadyExists,
    GuardsNotMet,
    Invalid,
    MentorUnfit,
    NotFound,
    NotYourTask,
    ReasonMissing,
    StageMoved,
    TaskClosed,
)
from workflow.models import CareerStep, CheckIn, Employee, Mentorship
from workflow.process import Guard
from workflow.vocabulary import Answer, Level, Stage, TaskKind

Ending = Callable[..., None]
Promoted = tuple[Company, int]
DAYS = [30, 60, 90, 180]


def promoted_person(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.MENTORING),)


def mentored_person(company: Company) -> tuple[int, ...]:
    (case_id,) = promoted_person(company)
    mentor_a_case(company, case_id)
    return (case_id,)


def three_promoted_people(company: Company) -> tuple[int, ...]:
    made = [a_case(company, at=Stage.MENTORING, candidate=number) for number in ("C", "P1", "P2", "P3")]
    for case_id in made[:3]:
        name(company, case_id, "T1")
    return tuple(made)


@pytest.fixture
def promoted(tmp_path: Path) -> Iterator[Promoted]:
    with begun(tmp_path, promoted_person) as (company, (case_id,)):
        yield company, case_id


@pytest.fixture
def mentored(tmp_path: Path) -> Iterator[Promoted]:
    with begun(tmp_path, mentored_person) as (company, (case_id,)):
        yield company, case_id


def name(company: Company, case_id: int, mentor: str, by: str = "H1") -> None:
    with company.on(case_id, by) as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids[mentor]))


def agree(company: Company, case_id: int, plan: str, *people: str) -> None:
    for person in people:
        company.do(plans.agree_plan, case_id, person, plan=plan)


def mentorship(company: Company) -> Mentorship:
    with company.reading() as db:
        return db.scalars(select(Mentorship)).one()


def candidate(company: Company) -> Employee:
    with company.reading() as db:
        return db.get_one(Employee, company.ids["C"])


@pytest.mark.parametrize(("mentor", "reason"), [("C", "candidate"), ("L1", "line_manager"), ("M7", "left")])
def test_an_unfit_mentor_is_refused_with_the_reason(promoted: Promoted, mentor: str, reason: str) -> None:
    company, case_id = promoted
    company.leaves("M7")
    with pytest.raises(MentorUnfit) as refused:
        name(company, case_id, mentor)
    assert refused.value.facts["reason"] == reason
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1


def test_a_mentor_has_at_most_three_mentees_at_a_time(tmp_path: Path) -> None:
    with begun(tmp_path, three_promoted_people) as (company, (*_, fourth)):
        with pytest.raises(MentorUnfit) as refused:
            name(company, fourth, "T1")
        assert refused.value.facts == {"reason": "no_capacity", "maximum": 3}
        name(company, fourth, "M1")


def test_hr_names_one_mentor_and_nobody_else_does(promoted: Promoted) -> None:
    company, case_id = promoted
    with pytest.raises(NotYourTask):
        name(company, case_id, "T1", by="L1")
    name(company, case_id, "T1")
    with pytest.raises((TaskClosed, AlreadyExists)):
        name(company, case_id, "M1")
    assert mentorship(company).mentor_id == company.ids["T1"]
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["C", "T1"]
    assert holders(company, case_id, TaskKind.CONFIRM) == ["D1"]


def test_a_plan_both_agree_to_sets_the_days_of_the_talks(promoted: Promoted) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    agree(company, case_id, "Lead a project.", "T1")
    assert company.open_tasks(case_id, TaskKind.CHECK_IN) == []
    agree(company, case_id, "Lead a project.", "C")
    begins = company.now.date()
    with company.reading() as db:
        talks = db.execute(select(CheckIn.day, CheckIn.due_on).order_by(CheckIn.day)).all()
    assert [tuple(talk) for talk in talks] == [(day, begins + timedelta(days=day)) for day in DAYS]
    assert holders(company, case_id, TaskKind.CHECK_IN) == ["T1"] * len(DAYS)


def test_a_changed_plan_is_put_to_the_other_again(promoted: Promoted) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    agree(company, case_id, "Lead a project.", "T1")
    agree(company, case_id, "Lead two projects.", "C")
    assert mentorship(company).agreed_by_mentor_at is None
    assert holders(company, case_id, TaskKind.AGREE_PLAN) == ["T1"]
    agree(company, case_id, "Lead two projects.", "T1")
    agreed = mentorship(company)
    assert agreed.plan == "Lead two projects."
    assert None not in (agreed.agreed_by_mentor_at, agreed.agreed_by_mentee_at)


def test_a_plan_says_something_and_only_the_two_agree_to_it(promoted: Promoted) -> None:
    company, case_id = promoted
    with pytest.raises(NotFound):
        agree(company, case_id, "Lead.", "C")
    name(company, case_id, "T1")
    with pytest.raises(Invalid, match="plan_empty"):
        agree(company, case_id, "  ", "C")
    with pytest.raises(NotYourTask):
        agree(company, case_id, "Lead.", "L1")
    assert mentorship(company).plan == ""


def test_mentor_and_mentee_note_what_came_out_of_a_talk(promoted: Promoted) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    agree(company, case_id, "Lead.", "T1", "C")
    for person in ("C", "T1"):
        company.do(plans.check_in, case_id, person, day=30, note=f"{person} is content.")
    with company.reading() as db:
        talk = db.scalars(select(CheckIn).where(CheckIn.day == 30)).one()
    assert (talk.mentor_note, talk.mentee_note) == ("T1 is content.", "C is content.")
    assert talk.held_on == company.now.date()
    assert len(company.open_tasks(case_id, TaskKind.CHECK_IN)) == len(DAYS) - 1


def test_a_talk_is_noted_on_its_day_with_words_and_by_the_two(mentored: Promoted) -> None:
    company, case_id = mentored
    for error, person, day, note in (
        (NotFound, "C", 31, "Fine."),
        (Invalid, "C", 30, " "),
        (NotYourTask, "D1", 30, "Fine."),
        (TaskClosed, "T1", 30, "Once more."),
    ):
        with pytest.raises(error):
            company.do(plans.check_in, case_id, person, day=day, note=note)


@pytest.mark.parametrize("end", [mentoring.confirm, mentoring.extend, mentoring.revert])
def test_nobody_decides_before_both_were_heard(promoted: Promoted, end: Ending) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    with pytest.raises(GuardsNotMet) as refused:
        company.do(end, case_id, "D1", reason="Enough.")
    answers = {guard: verdict.answer for guard, verdict in refused.value.facts["checklist"].items()}
    assert answers[Guard.PLAN_IS_AGREED] is Answer.NOT_MET
    assert answers[Guard.BOTH_WERE_HEARD] is Answer.NOT_MET
    assert company.case(case_id).stage is Stage.MENTORING
    assert holders(company, case_id, TaskKind.CONFIRM) == ["D1"]


def test_a_note_of_one_alone_is_not_hearing_both(promoted: Promoted) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    agree(company, case_id, "Lead.", "T1", "C")
    company.do(plans.check_in, case_id, "T1", day=30, note="Fine.")
    company.do(plans.check_in, case_id, "C", day=60, note="Fine.")
    with pytest.raises(GuardsNotMet) as refused:
        company.do(mentoring.confirm, case_id, "D1", reason="Enough.")
    assert refused.value.facts["checklist"][Guard.PLAN_IS_AGREED].answer is Answer.MET


def test_the_department_head_confirms_with_a_reason_and_the_case_is_completed(mentored: Promoted) -> None:
    company, case_id = mentored
    with pytest.raises(ReasonMissing):
        company.do(mentoring.confirm, case_id, "D1", reason="")
    with pytest.raises(NotYourTask):
        company.do(mentoring.confirm, case_id, "L1", reason="Good.")
    with pytest.raises(GuardsNotMet) as refused:
        company.do(mentoring.confirm, case_id, "D1", reason="Good.")
    assert refused.value.facts["checklist"][Guard.PERIOD_IS_ENDING].answer is Answer.NOT_MET
    company.later(weeks=25)
    company.do(mentoring.confirm, case_id, "D1", reason="Good.")
    assert company.case(case_id).stage is Stage.COMPLETED
    assert company.open_tasks(case_id) == []
    with pytest.raises(StageMoved):
        company.do(mentoring.confirm, case_id, "D1", reason="Good.")


def test_mentoring_is_extended_once(mentored: Promoted) -> None:
    company, case_id = mentored
    until = mentorship(company).ends_on
    company.later(weeks=26)
    company.do(mentoring.extend, case_id, "D1", reason="Not yet.")
    assert mentorship(company).ends_on == until + timedelta(weeks=13)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert task.due_at.date() == until + timedelta(weeks=13)
    with pytest.raises(GuardsNotMet) as refused:
        company.do(mentoring.extend, case_id, "D1", reason="Not yet.")
    assert refused.value.facts["checklist"][Guard.NOT_EXTENDED_BEFORE].answer is Answer.NOT_MET
    company.later(weeks=13)
    for person in ("T1", "C"):
        company.do(plans.check_in, case_id, person, day=(26 + 13) * 7, note="Better.")
    company.do(mentoring.confirm, case_id, "D1", reason="Now.")
    assert company.case(case_id).stage is Stage.COMPLETED


def test_talks_that_are_still_to_come_are_held_in_the_extension(promoted: Promoted) -> None:
    company, case_id = promoted
    name(company, case_id, "T1")
    agree(company, case_id, "Lead.", "T1", "C")
    for person in ("T1", "C"):
        company.do(plans.check_in, case_id, person, day=30, note="Fine.")
    company.do(plans.acknowledge_duties, case_id, "C")
    company.later(weeks=25)
    company.do(mentoring.extend, case_id, "D1", reason="Not yet.")
    held, at_the_end = 1, 1
    assert len(company.open_tasks(case_id, TaskKind.CHECK_IN)) == len(DAYS) - held + at_the_end
    company.do(plans.check_in, case_id, "T1", day=180, note="Better.")


def test_a_reverted_person_gets_back_track_level_post_and_dates(mentored: Promoted) -> None:
    company, case_id = mentored
    company.do(mentoring.revert, case_id, "D1", reason="The post is too large.")
    person, case = candidate(company), company.case(case_id)
    assert (person.level, person.post) == (Level.INTERMEDIATE, "service_engineer")
    assert person.level_since == date(2023, 1, 1)
    assert (case.stage, case.outcome_text) == (Stage.REVERTED, "The post is too large.")
    with company.reading() as db:
        steps = db.scalars(select(CareerStep).order_by(CareerStep.id)).all()
    assert [(step.is_reversal, step.from_level, step.to_level) for step in steps] == [
        (False, Level.INTERMEDIATE, Level.SENIOR),
        (True, Level.SENIOR, Level.INTERMEDIATE),
    ]
