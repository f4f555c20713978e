"""The close of a review: the score, the ways out when it does not stand, and what is left of the forms."""

from typing import Any

import pytest
from sqlalchemy import DateTime, func, select

from tests.builders import (
    a_case,
    a_contested_case,
    answers,
    evidence,
    fill_in_all,
    let_time_run_out,
    raters,
)
from tests.company import Company
from tests.workflow.test_tasks_of_a_role import inboxes, joins_hr
from workflow import cases, committees, decisions, journal, reviews
from workflow.errors import NotYourTask, OwnNominee, ReasonMissing
from workflow.models import (
    JournalEntry,
    ReviewAnswer,
    ReviewOutcome,
    RoundKey,
    SealedForm,
)
from workflow.vocabulary import Choice, Role, Stage, TaskKind


def hand_in(company: Company, case_id: int, by: str, value: int = 4) -> None:
    company.do(reviews.submit_form, case_id, by, answers=answers(value), evidence=evidence(value))


def outcome(company: Company) -> ReviewOutcome:
    with company.reading() as db:
        return db.scalars(select(ReviewOutcome)).one()


def unknown(company: Company) -> int:
    """A case whose review is closed without a score that stands."""
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1")
    let_time_run_out(company, case_id)
    return case_id


def short(company: Company) -> int:
    """A case whose raters put it below the mandatory floor."""
    case_id = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id, value=2)
    return case_id


def rows(company: Company, *tables: Any) -> list[int]:
    with company.reading() as db:
        return [db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_close_leaves_answers_that_name_nobody_and_no_key(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    forms = len(raters(company, case_id))
    assert rows(company, RoundKey) == [1]
    fill_in_all(company, case_id, value=5)
    assert rows(company, SealedForm, ReviewAnswer) == [0, forms * len(answers())]
    with company.reading() as db:
        assert db.scalar(select(RoundKey).where(RoundKey.round_id == outcome(company).round_id)) is None
        assert len(set(db.scalars(select(ReviewAnswer.form)))) == forms
        assert set(db.scalars(select(ReviewAnswer.evidence))) == {"Seen on site."}


def test_an_answer_has_no_place_for_a_person_or_a_time() -> None:
    table = ReviewAnswer.__table__
    assert {key.column.table.name for key in table.foreign_keys} == {"stage_round"}
    assert not [column for column in table.columns if isinstance(column.type, DateTime)]
    assert {column.name for column in table.columns} == {
        "id",
        "round_id",
        "form",
        "source",
        "item",
        "value",
        "evidence",
    }


@only_sqlite
def test_the_journal_says_nothing_of_single_forms_nor_who_was_last(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    opened = company.case(case_id).journal_sequence
    fill_in_all(company, case_id)
    after = select(JournalEntry).where(JournalEntry.case_id == case_id, JournalEntry.sequence > opened)
    with company.reading() as db:
        written = [(entry.action, entry.actor_id) for entry in db.scalars(after)]
    assert ("review_closed", None) in written
    assert {actor for _, actor in written} == {None}


@only_sqlite
def test_the_order_of_handing_in_is_not_the_order_of_the_answers(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    people = raters(company, case_id)
    for rater, value in zip(people, (2, 2, 2, 3, 3, 4, 4), strict=True):
        hand_in(company, case_id, rater, value)
    with company.reading() as db:
        ids = list(db.scalars(select(ReviewAnswer.id)))
        stored = list(db.scalars(select(ReviewAnswer.value)))
    assert ids == sorted(ids)
    assert stored != sorted(stored)


@only_sqlite
@pytest.mark.parametrize(("value", "score"), [(3, 50), (4, 75), (5, 100)])
def test_the_score_runs_from_nought_to_a_hundred(company: Company, value: int, score: int) -> None:
    fill_in_all(company, a_case(company, at=Stage.REVIEW), value=value)
    assert outcome(company).score == pytest.approx(score)


@only_sqlite
def test_what_the_candidate_thinks_of_himself_weighs_nothing(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "C", value=5)
    fill_in_all(company, case_id)
    assert outcome(company).score == pytest.approx(75)


@only_sqlite
def test_the_last_form_of_a_rater_counts(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1", value=2)
    hand_in(company, case_id, "L1", value=4)
    fill_in_all(company, case_id)
    assert outcome(company).score == pytest.approx(75)
    assert rows(company, ReviewAnswer) == [7 * len(answers())]


@only_sqlite
def test_a_contested_post_goes_on_to_its_competition(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id)
    assert company.case(case_id).stage is Stage.COMPETITION


@only_sqlite
def test_a_score_that_does_not_stand_is_unknown_and_hr_must_find_a_way(company: Company) -> None:
    case_id = unknown(company)
    assert outcome(company).score is None
    assert outcome(company).shown == {
        "score": None,
        "reason": "too_few_sources",
        "merged": False,
        "raters": None,
        "sources": [],
        "comments": {},
    }
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.role, task.detail) == (TaskKind.RESCUE_REVIEW, Role.HR, "too_few_sources")


@only_sqlite
def test_hr_lets_the_case_go_on_without_a_score_for_a_reason(company: Company) -> None:
    case_id = unknown(company)
    with pytest.raises(ReasonMissing):
        company.do(reviews.waive_score, case_id, "H1", reason="")
    company.do(reviews.waive_score, case_id, "H1", reason="The branch is too small.")
    assert company.case(case_id).stage is Stage.COMMITTEE


@only_sqlite
def test_a_line_manager_in_hr_does_not_let_his_own_report_go_on_without_a_score(company: Company) -> None:
    joins_hr(company, "L1")
    case_id = unknown(company)
    with pytest.raises(OwnNominee):
        company.do(reviews.waive_score, case_id, "L1", reason="The branch is too small.")
    assert "L1" not in inboxes(company, TaskKind.RESCUE_REVIEW)
    company.do(reviews.waive_score, case_id, "H1", reason="The branch is too small.")
    assert company.case(case_id).stage is Stage.COMMITTEE


@only_sqlite
def test_a_case_without_a_score_can_be_withdrawn(company: Company) -> None:
    case_id = unknown(company)
    company.do(cases.withdraw, case_id, "C", reason="")
    assert company.case(case_id).stage is Stage.WITHDRAWN
    assert company.open_tasks(case_id) == []


@only_sqlite
def test_a_missed_floor_ends_the_case_once_hr_has_signed_it(company: Company) -> None:
    case_id = short(company)
    (task,) = company.open_tasks(case_id)
    assert (company.case(case_id).stage, task.kind, task.role) == (
        Stage.REVIEW,
        TaskKind.WRITE_DECISION,
        Role.HR,
    )
    company.do(reviews.confirm_shortfall, case_id, "H1", reason="Customers are not served well enough yet.")
    case = company.case(case_id)
    assert (case.stage, case.decided_by_id) == (Stage.DECLINED, company.ids["H1"])
    assert case.outcome_text == "Customers are not served well enough yet."


@only_sqlite
def test_a_missed_floor_needs_a_reason_and_the_signature_of_hr(company: Company) -> None:
    case_id = short(company)
    with pytest.raises(ReasonMissing):
        company.do(reviews.confirm_shortfall, case_id, "H1", reason=" ")
    with pytest.raises(NotYourTask):
        company.do(reviews.confirm_shortfall, case_id, "D1", reason="Below the floor.")
    assert company.case(case_id).stage is Stage.REVIEW


@only_sqlite
def test_a_deferred_case_is_reviewed_afresh(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    chair = company.number(company.open_tasks(case_id, TaskKind.OPEN_BALLOT)[0].assignee_id)
    company.do(committees.open_ballot, case_id, chair)
    for task in company.open_tasks(case_id, TaskKind.CAST_BALLOT):
        member = company.number(task.assignee_id)
        company.do(committees.cast_ballot, case_id, member, choice=Choice.DEFER)
    company.do(decisions.record_decision, case_id, chair, text="Come back after the audit.")
    assert company.case(case_id).stage is Stage.REVIEW
    fill_in_all(company, case_id, value=3)
    assert company.case(case_id).stage is Stage.COMMITTEE
    with company.reading() as db:
        scores = db.scalars(select(ReviewOutcome.score).order_by(ReviewOutcome.round_id)).all()
        assert scores == [pytest.approx(75), pytest.approx(50)]
        assert list(journal.verify(db)) == []
