"""Acts that meet at the same moment: exactly one wins, and the other is told why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from tests.builders import a_case, answers, evidence, raters
from tests.company import PEERS, Company
from workflow import nominations, reviews, stand_ins
from workflow.errors import CaseAlreadyOpen, NotYourTask, Refusal, StageMoved, TaskClosed
from workflow.journal import verify
from workflow.models import Employee, JournalEntry, PromotionCase, ReviewOutcome
from workflow.vocabulary import Level, Stage, TaskKind, Track

Deed = Callable[[], object]


def at_once(*deeds: Deed) -> list[Refusal | None]:
    """Let everybody act at the same moment; who is refused, and how, in the order given."""
    barrier = Barrier(len(deeds))

    def run(deed: Deed) -> Refusal | None:
        barrier.wait()
        try:
            deed()
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def waits_for_hr(company: Company, candidate: str) -> int:
    manager = "L1" if candidate < "P6" else "L2"
    case_id = a_case(company, at=Stage.NOMINATED, candidate=candidate, by=manager)
    company.do(nominations.approve, case_id, "D1")
    return case_id


def holds(company: Company) -> bool:
    with company.reading() as db:
        return list(verify(db)) == []


def test_of_a_yes_and_a_no_at_once_exactly_one_counts(company: Company) -> None:
    for candidate in PEERS:
        case_id = waits_for_hr(company, candidate)
        yes, no = at_once(
            lambda case_id=case_id: company.do(nominations.approve, case_id, "H1"),
            lambda case_id=case_id: company.do(nominations.decline, case_id, "H2", reason="No post."),
        )
        assert (yes is None) != (no is None)
        assert isinstance(yes or no, TaskClosed | StageMoved)
        assert company.case(case_id).stage is (Stage.REVIEW if yes is None else Stage.DECLINED)
        assert company.open_tasks(case_id, TaskKind.APPROVE) == []
    assert holds(company)


def test_of_a_signature_and_a_hand_over_at_once_exactly_one_counts(company: Company) -> None:
    for candidate in PEERS[:5]:
        case_id = a_case(company, at=Stage.NOMINATED, candidate=candidate, by="H1")
        (task,) = company.open_tasks(case_id)

        def hand_over(case_id: int = case_id, task_id: int = task.id) -> None:
            with company.on(case_id, "L1") as (act, case):
                to = act.db.get_one(Employee, company.ids["L2"])
                stand_ins.hand_over(act, case, task_id, to, reason="On leave.")

        signed, handed = at_once(
            lambda case_id=case_id: company.do(nominations.approve, case_id, "L1"), hand_over
        )
        assert (signed is None) != (handed is None)
        assert isinstance(signed or handed, TaskClosed | NotYourTask)
        holder = "D1" if signed is None else "L2"
        assert [one.assignee_id for one in company.open_tasks(case_id)] == [company.ids[holder]]
    assert holds(company)


def test_two_nominations_of_one_person_at_once_give_one_case(company: Company) -> None:
    def nominate(candidate: str, by: str) -> None:
        with company.door.acting(now=company.now, by=company.ids[by]) as act:
            nominations.nominate(
                act,
                act.db.get_one(Employee, company.ids[candidate]),
                edition_id=company.edition_id,
                track=Track.PROFESSIONAL,
                level=Level.SENIOR,
                post="senior_service_engineer",
            )

    for candidate in PEERS:
        deeds = [lambda by=by, candidate=candidate: nominate(candidate, by) for by in (candidate, "H1")]
        (refused,) = [refusal for refusal in at_once(*deeds) if refusal is not None]
        assert isinstance(refused, CaseAlreadyOpen)
    with company.reading() as db:
        assert len(db.scalars(select(PromotionCase)).all()) == len(PEERS)
    assert holds(company)


def test_the_last_two_forms_at_once_close_the_review_once(company: Company) -> None:
    for candidate in PEERS[:4]:
        case_id = a_case(company, at=Stage.REVIEW, candidate=candidate)
        *first, one, other = raters(company, case_id)
        for rater in first:
            hand_in(company, case_id, rater)
        assert at_once(
            lambda case_id=case_id, by=one: hand_in(company, case_id, by),
            lambda case_id=case_id, by=other: hand_in(company, case_id, by),
        ) == [None, None]
        assert company.case(case_id).stage is Stage.COMMITTEE
        closes = select(func.count()).where(
            JournalEntry.case_id == case_id, JournalEntry.action == "review_closed"
        )
        with company.reading() as db:
            assert db.scalar(closes) == 1
    with company.reading() as db:
        assert {outcome.exact["raters"] for outcome in db.scalars(select(ReviewOutcome))} == {6}
    assert holds(company)


def test_a_form_that_comes_at_the_moment_of_the_close_counts_or_is_refused(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    company.later(days=30)
    company.do(reviews.close_due, case_id)
    company.later(days=30)
    rater = raters(company, case_id)[0]
    late, clock = at_once(
        lambda: hand_in(company, case_id, rater), lambda: company.do(reviews.close_due, case_id)
    )
    assert clock is None
    assert late is None or late.code == "review_closed"
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.RESCUE_REVIEW]
    assert holds(company)


def hand_in(company: Company, case_id: int, by: str) -> None:
    company.do(reviews.submit_form, case_id, by, answers=answers(), evidence=evidence())
