"""Where programs begin from the committee on: votes, decisions that wait, notices, mentoring."""

from tests.builders import a_case, fill_in_all, mentor_a_case, vote_all
from tests.company import Company
from tests.programs.beginnings import BEGINNINGS_BEFORE_THE_COMMITTEE
from tests.workflow.absent import away
from tests.workflow.begun import Beginning
from tests.workflow.cycles import a_case_of, a_cycle, decide
from tests.workflow.votes import TIED, convened_case, voting_case
from workflow import committees, decisions, mentoring, objections
from workflow.models import Employee
from workflow.vocabulary import Choice, Stage


def approvers_who_are_away(company: Company) -> tuple[int, ...]:
    """Two wait for the line manager, who is away like the head of the department; others stand in."""
    away(company, "L1", "T1", days=60)
    away(company, "D1", "J1", days=60)
    return tuple(a_case(company, at=Stage.NOMINATED, by=one, candidate=one) for one in ("C", "P2"))


def one_about_to_be_decided(company: Company) -> tuple[int, ...]:
    (case,) = voting_case(company)
    vote_all(company, case)
    return (case,)


def a_tied_vote(company: Company) -> tuple[int, ...]:
    (case,) = voting_case(company)
    for number, choice in enumerate(TIED, start=1):
        company.do(committees.cast_ballot, case, f"M{number}", choice=choice)
    return (case,)


def one_deferred_and_back(company: Company) -> tuple[int, ...]:
    (case,) = voting_case(company)
    vote_all(company, case, Choice.DEFER)
    company.do(decisions.record_decision, case, "M1", text="Hear the customers first.")
    fill_in_all(company, case)
    return (case,)


def decisions_of_a_cycle_that_wait(company: Company) -> tuple[int, ...]:
    """One is carried, one is not, one still waits for its vote."""
    cycle = a_cycle(company)
    made = [a_case_of(company, cycle, candidate=number) for number in ("C", "P1", "P2")]
    decide(company, made[0])
    decide(company, made[1], Choice.NO)
    return cycle, *made


def two_for_the_one_place_of_a_cycle(company: Company) -> tuple[int, ...]:
    cycle = a_cycle(company, quota=1)
    made = [a_case_of(company, cycle, candidate=number) for number in ("C", "P1")]
    company.do(committees.open_ballot, made[0], "M1")
    return cycle, *made


def one_on_notice(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.NOTICE),)


def an_objection_that_is_open(company: Company) -> tuple[int, ...]:
    (case,) = one_on_notice(company)
    company.do(objections.object_to, case, "P8", text="The figures are wrong.")
    return (case,)


def one_newly_promoted(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.MENTORING),)


def a_plan_to_be_agreed(company: Company) -> tuple[int, ...]:
    (case,) = one_newly_promoted(company)
    with company.on(case, "H1") as (act, found):
        mentoring.name_mentor(act, found, act.db.get_one(Employee, company.ids["T1"]))
    return (case,)


def one_at_the_end_of_mentoring(company: Company) -> tuple[int, ...]:
    (case,) = one_newly_promoted(company)
    mentor_a_case(company, case)
    company.later(weeks=26)
    return (case,)


def an_extended_mentoring(company: Company) -> tuple[int, ...]:
    (case,) = one_at_the_end_of_mentoring(company)
    company.do(mentoring.extend, case, "D1", reason="Not all is learned yet.")
    return (case,)


BEGINNINGS: tuple[Beginning, ...] = (
    *BEGINNINGS_BEFORE_THE_COMMITTEE,
    approvers_who_are_away,
    convened_case,
    voting_case,
    one_about_to_be_decided,
    a_tied_vote,
    one_deferred_and_back,
    decisions_of_a_cycle_that_wait,
    two_for_the_one_place_of_a_cycle,
    one_on_notice,
    an_objection_that_is_open,
    one_newly_promoted,
    a_plan_to_be_agreed,
    one_at_the_end_of_mentoring,
    an_extended_mentoring,
)
