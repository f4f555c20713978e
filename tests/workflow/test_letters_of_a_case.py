"""Letters: each outcome in the employee's own language, once, acknowledged by him and holding nothing up."""

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    acknowledge_letters,
    decide_competition,
    mentor_a_case,
    score_all,
    seat_judges,
    vote,
)
from tests.company import Company
from workflow import committees, decisions, letters, mentoring, nominations, sweeps
from workflow.errors import NotFound, TaskClosed
from workflow.models import Employee, Letter, Task
from workflow.vocabulary import Choice, LetterKind, Stage, TaskKind, TaskState

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

YES, NO = Choice.YES, Choice.NO


def speaks(company: Company, number: str, locale: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == number).values(locale=locale))


def letters_of(company: Company, case_id: int) -> list[Letter]:
    with company.reading() as db:
        return list(db.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id)))


def decided(company: Company, *choices: Choice, text: str = "A sound record.") -> int:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.open_ballot, case_id, "M1")
    vote(company, case_id, *choices)
    company.do(decisions.record_decision, case_id, "M1", text=text, internal_reason="Between us.")
    return case_id


def test_a_promoted_person_reads_what_when_by_whom_why_and_what_comes_next(company: Company) -> None:
    speaks(company, "C", "en")
    case_id = decided(company, YES, YES, YES, YES, NO, YES, NO)
    (letter,) = letters_of(company, case_id)
    assert (letter.kind, letter.locale) == (LetterKind.PROMOTED, "en")
    for words in (
        "Dear Person C,",
        "You are promoted to Senior service engineer, level senior.",
        "takes effect on 9 March 2026",
        "Decided on 2 March 2026 by Promotion committee, signed by Person M1.",
        "7 seats, 0 recused, 7 entitled, 7 voted (quorum 5): 5 yes, 2 no; needed 4: carried.",
        "A sound record.",
        "HR names a mentor",
    ):
        assert words in letter.text
    assert "Between us." not in letter.text
    assert "appeal" not in letter.text


def test_everybody_is_written_to_in_his_own_language(company: Company) -> None:
    case_id = decided(company, YES, YES, YES, YES, NO, YES, NO, text="业绩扎实。")
    (letter,) = letters_of(company, case_id)
    assert letter.locale == "zh_Hans"
    assert "您已获准晋升为高级服务工程师（职级：高级），自2026年3月9日起生效" in letter.text
    assert "需同意4票：通过。" in letter.text
    assert "Dear" not in letter.text


def test_a_count_that_may_not_be_shown_is_not_in_the_letter(company: Company) -> None:
    speaks(company, "C", "en")
    (letter,) = letters_of(company, decided(company, *[NO] * 7))
    assert letter.kind is LetterKind.DECLINED
    assert "The vote: not carried." in letter.text
    assert "7" not in letter.text.replace("by Promotion", "")


def test_whoever_is_declined_reads_his_rights_and_of_no_appeal_that_he_cannot_make(company: Company) -> None:
    speaks(company, "C", "en")
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.decline, case_id, "D1", reason="Too early.")
    (letter,) = letters_of(company, case_id)
    assert "Decided on 2 March 2026 by Person D1." in letter.text
    assert "ask HR for an explanation of the decision at any time" in letter.text
    assert "appeal" not in letter.text


def test_the_second_of_a_competition_reads_of_his_place_on_the_reserve_list(company: Company) -> None:
    speaks(company, "P1", "en")
    contest = a_competition(company)
    best, second = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    seat_judges(company, contest)
    score_all(company, contest, {best: 5, second: 4})
    decide_competition(company, contest)
    (letter,) = letters_of(company, second)
    assert letter.kind is LetterKind.RESERVE
    assert "kept until 3 March 2027" in letter.text
    signed = "Outcome of the competition “Regional manager”, 3 March 2026, signed by Person H1."
    assert signed in letter.text
    assert letters_of(company, best) == []


@pytest.mark.parametrize(
    ("end", "kind", "words"),
    [
        (mentoring.confirm, LetterKind.CONFIRMED, "You are confirmed as Senior service engineer"),
        (mentoring.revert, LetterKind.REVERTED, "you are Service engineer, level intermediate"),
    ],
)
def test_the_end_of_mentoring_is_told_with_its_reason(
    company: Company, end: Any, kind: LetterKind, words: str
) -> None:
    speaks(company, "C", "en")
    case_id = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case_id)
    company.later(weeks=26)
    company.do(end, case_id, "D1", reason="As both have said.")
    first, last = letters_of(company, case_id)
    assert (first.kind, last.kind) == (LetterKind.PROMOTED, kind)
    assert words in last.text
    assert "As both have said." in last.text
    assert "by Person D1." in last.text


def test_a_deferral_is_no_outcome(company: Company) -> None:
    assert letters_of(company, decided(company, *[Choice.DEFER] * 7)) == []


def test_a_letter_is_acknowledged_once_and_the_case_does_not_wait_for_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMPLETED)
    promoted, confirmed = letters_of(company, case_id)
    with company.reading() as db:
        waiting = select(Task.subject_id).where(
            Task.kind == TaskKind.ACKNOWLEDGE_LETTER, Task.state == TaskState.OPEN
        )
        assert set(db.scalars(waiting)) == {promoted.id, confirmed.id}
    acknowledge_letters(company, case_id)
    assert all(letter.acknowledged_at == company.now for letter in letters_of(company, case_id))
    with pytest.raises(TaskClosed):
        company.do(letters.acknowledge, case_id, "C", letter_id=promoted.id)
    with pytest.raises(NotFound):
        company.do(letters.acknowledge, case_id, "C", letter_id=promoted.id + 99)
    assert company.open_tasks(case_id, TaskKind.ACKNOWLEDGE_LETTER) == []


@pytest.mark.parametrize("stage", [Stage.NOTICE, Stage.MENTORING, Stage.COMPLETED])
def test_nobody_waits_for_the_signature_of_somebody_who_has_left(company: Company, stage: Stage) -> None:
    case_id = a_case(company, at=stage)
    company.leaves("C")
    sweeps.run(company.door, now=company.now)
    assert company.open_tasks(case_id, TaskKind.ACKNOWLEDGE_LETTER) == []
    assert not any(sweeps.run(company.door, now=company.now).values())
