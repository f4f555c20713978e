"""What people do though no task asks for it: nominate, object, step aside, seat, call up, answer a link."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.builders import CHINA
from tests.company import MEMBERS
from tests.customers import customer_answers
from tests.programs.doing import Doing
from tests.programs.standing_in import come_back, go_away
from workflow import (
    agenda,
    committees,
    competitions,
    customers,
    cycles,
    data_gaps,
    mentoring,
    nominations,
    objections,
    plans,
    rater_objections,
    reserve,
    reviews,
    seats,
)
from workflow.act import Act
from workflow.models import (
    CheckIn,
    Committee,
    Competition,
    Cycle,
    Mentorship,
    PlanItem,
    PromotionCase,
    ReviewRequest,
    StageRound,
)
from workflow.permissions import Operation
from workflow.targets import Place
from workflow.vocabulary import Level, RequestState, Stage, Track

_CANDIDATES = ("C", "P1", "P2", "H2", "L1", "M2", "J1")
_TARGETS = (
    (Track.PROFESSIONAL, Level.SENIOR, "senior_service_engineer"),
    (Track.MANAGEMENT, Level.SENIOR, "regional_manager"),
    (Track.CROSS_DEPARTMENT, Level.SENIOR, "cross_department_project_lead"),
    (Track.CROSS_DEPARTMENT, Level.INTERMEDIATE, "service_coordinator"),
    (Track.PROFESSIONAL, Level.EXPERT, "technical_expert"),
)
_STRANGERS = ("P8", "M3", "H1", "H2", "C", "L1")


def nominate(doing: Doing) -> None:
    """Put somebody forward, oneself included, now and then for another place."""
    candidate, (track, level, post) = doing.one_of(_CANDIDATES), doing.one_of(_TARGETS)
    to_staff = doing.happens(0.2)
    running = doing.all(select(Cycle.id).order_by(Cycle.id))
    cycle = doing.one_of([None, *running])

    def verb(act: Act) -> None:
        place = Place(2, doing.employee(act, "H0")) if to_staff else Place()
        nominations.nominate(
            act,
            doing.employee(act, candidate),
            edition_id=doing.company.edition_id,
            cycle_id=cycle,
            track=track,
            level=level,
            post=post,
            statement=doing.typed,
            place=place,
        )

    doing.in_office(Operation.NOMINATE, verb)


def object_to_rater(doing: Doing) -> None:
    """Name somebody one does not want to be reviewed by."""
    number = doing.one_of(("L1", "P2", "P3", "H1", "C"))
    case_id = doing.one_of(_cases(doing, Stage.DRAFT, Stage.NOMINATED))

    def verb(act: Act, case: PromotionCase) -> None:
        rater_objections.object_to(act, case, doing.employee(act, number), reason=doing.typed)

    doing.do(Operation.OBJECT_TO_RATER, case_id, verb)


def object_to_decision(doing: Doing) -> None:
    """Object to what is on notice."""
    stage = doing.one_of((Stage.NOTICE,) * 5 + (Stage.MENTORING,))
    doing.do(Operation.OBJECT, doing.one_of(_cases(doing, stage)), objections.object_to, text=doing.typed)


def step_aside(doing: Doing) -> None:
    """Declare an interest in a case before the committee."""
    doing.do(
        Operation.RECUSE, doing.one_of(_cases(doing, Stage.COMMITTEE)), committees.recuse, reason=doing.typed
    )


def call_up(doing: Doing) -> None:
    """Bring whoever waits in reserve before the committee."""
    decided = doing.all(select(Competition.id).order_by(Competition.id))
    if decided and doing.happens(0.5):
        doing.in_contest(reserve.call_up, doing.one_of(decided), reason=doing.typed)
    else:
        case_id = doing.one_of(_cases(doing, Stage.RESERVE))
        doing.contend(Operation.CALL_UP, case_id, agenda.call_up, reason=doing.typed)


def announce(doing: Doing) -> None:
    """Announce a competition for the contested post."""
    today = doing.company.now.astimezone(CHINA).date()
    wanted = competitions.Announcement(
        name=f"Contest {doing.typed[:40]}",
        track=Track.MANAGEMENT,
        level=Level.SENIOR,
        post="regional_manager",
        seats=doing.one_of((1, 1, 2)),
        opens_on=today + timedelta(days=doing.one_of((0, 0, 3, -1))),
        closes_on=doing.one_of((None, today + timedelta(days=3))),
        department_id=doing.one_of((None, 1, 2, 99)),
    )
    edition = doing.company.edition_id
    doing.in_office(Operation.RUN_COMPETITION, competitions.announce, wanted, edition_id=edition)


def open_cycle(doing: Doing) -> None:
    """Open another cycle, which may open drafts and may have a quota."""
    today = doing.company.now.date()
    doing.in_office(
        Operation.OPEN_CYCLE,
        cycles.open_cycle,
        name=f"Cycle {doing.typed[:40]}",
        edition_id=doing.company.edition_id,
        opens_on=today + timedelta(days=doing.one_of((0, 0, 9))),
        closes_on=today + timedelta(days=doing.one_of((-1, 30, 60))),
        quota=doing.one_of((None, 1)),
        opens_drafts=doing.happens(0.2),
    )


def change_committee(doing: Doing) -> None:
    """End a term, fill a seat, or seat an ad hoc committee."""
    committee = doing.one_of(doing.all(select(Committee.id).order_by(Committee.id)))
    today = doing.company.now.date()
    term = {"from_on": today, "until_on": today + timedelta(days=doing.one_of((0, 30, 700)))}
    coming, going = doing.one_of(("T1", "X1", "J3", *MEMBERS)), doing.one_of(MEMBERS)
    which = doing.one_of(("end", "seat", "replace", "ad_hoc"))

    def verb(act: Act) -> None:
        person, former = doing.employee(act, coming), doing.employee(act, going)
        if which == "end":
            seats.end_term(act, committee, former)
        elif which == "ad_hoc":
            body = [person, *(doing.employee(act, number) for number in ("X1", "T1"))]
            seats.constitute(
                act, name=f"Ad hoc {doing.typed[:40]}", chair=person, members=body, is_standing=False, **term
            )
        else:
            seats.seat(
                act,
                committee,
                person,
                in_place_of=former if which == "replace" else None,
                is_alternate=doing.happens(0.3),
                is_chair=doing.happens(0.3),
                **term,
            )

    doing.in_office(Operation.SEAT_COMMITTEE, verb)


def report_error(doing: Doing) -> None:
    """Say that one's own file is wrong."""
    rule = doing.one_of(("trainings", "median_rating"))
    doing.in_office(Operation.CORRECT_DATA, data_gaps.report_error, rule=rule, text=doing.typed)


def change_competition(doing: Doing) -> None:
    """Keep a competition open for longer, or call it off."""
    contest = doing.one_of([*doing.all(select(Competition.id).order_by(Competition.id)), 9999])
    if doing.happens(0.5):
        doing.in_contest(competitions.cancel, contest, reason=doing.typed)
    else:
        later = doing.company.now.astimezone(CHINA).date() + timedelta(days=doing.one_of((0, 8)))
        doing.in_contest(competitions.extend, contest, closes_on=later)


def hand_mentoring_back(doing: Doing) -> None:
    """Decline to mentor."""
    case_id = doing.one_of(_cases(doing, Stage.MENTORING))
    doing.do(Operation.REFUSE_MENTORSHIP, case_id, mentoring.refuse, reason=doing.typed)


def note_of_talk(doing: Doing) -> None:
    """Note, as the mentee too, what came out of a talk, or how an item of the plan goes."""
    case_id = doing.one_of(_cases(doing, Stage.MENTORING))
    of_case = select(Mentorship.id).where(Mentorship.case_id == case_id).scalar_subquery()
    items = doing.all(select(PlanItem.id).where(PlanItem.mentorship_id == of_case).order_by(PlanItem.id))
    if items and doing.happens(0.5):
        given: dict[str, Any] = {
            "feedback": doing.typed,
            "done_on": doing.one_of((None, doing.company.now.date())),
        }
        doing.do(Operation.NOTE_PROGRESS, case_id, plans.note_progress, doing.one_of(items), **given)
        return
    days = doing.all(select(CheckIn.day).where(CheckIn.mentorship_id == of_case).order_by(CheckIn.day))
    doing.do(
        Operation.CHECK_IN, case_id, plans.check_in, day=doing.one_of([*days, 7, *days]), note=doing.typed
    )


def answer_link(doing: Doing) -> None:
    """A customer hands the form in, or would rather not; used links are tried too."""
    asked = select(StageRound.case_id, ReviewRequest.link, ReviewRequest.state).join(
        StageRound, StageRound.id == ReviewRequest.round_id
    )
    with doing.company.reading() as db:
        links = db.execute(asked.where(ReviewRequest.link.is_not(None)).order_by(ReviewRequest.id)).all()
    unused = [row for row in links if row.state is RequestState.ASKED]
    case_id, link, _ = doing.one_of(unused or links or [(9999, "0" * 32, None)])
    if doing.happens(0.2):
        doing.unknown(case_id, customers.decline, link=link, reason=doing.typed)
    else:
        value = doing.one_of((2, 4, 4, 5))
        answers = customer_answers(value)
        doing.unknown(case_id, customers.submit, link=link, answers=answers, comment=doing.typed)


def keep_draft(doing: Doing) -> None:
    """Keep a form one was never asked for, or has handed in."""
    case_id = doing.one_of(_cases(doing, Stage.REVIEW))
    doing.do(Operation.FILL_IN_REVIEW, case_id, reviews.save_draft, answers={}, evidence={})


def _cases(doing: Doing, *stages: Stage) -> Sequence[int]:
    """Cases in these stages; none at all is one that does not exist."""
    query = select(PromotionCase.id).where(PromotionCase.stage.in_(stages))
    return doing.all(query.order_by(PromotionCase.id)) or [9999]


# Who tries it, and what; those who have the right come up often.
INITIATIVES: tuple[tuple[Sequence[str], Callable[[Doing], None]], ...] = (
    (("L1", "C", "P1", "P2", "H1", "H2", "H0"), nominate),
    (("L1", "C", "P1", "P2", "H1", "H2", "H0"), nominate),
    (("C", "P1", "P2"), object_to_rater),
    (_STRANGERS, object_to_decision),
    (MEMBERS, step_aside),
    (("H1", "H2", "P3"), call_up),
    (("H1", "H2", "P3"), announce),
    (("H1", "H2", "P3"), open_cycle),
    (("H1", "H2", "M1"), change_committee),
    (("C", "P1", "H1"), report_error),
    (("H1", "H2", "P3"), change_competition),
    (("T1", "M2", "P2"), hand_mentoring_back),
    (("C", "P1", "T1"), note_of_talk),
    (("C",), answer_link),
    (("P1", "P2", "L1"), keep_draft),
    (("L1", "L1", "D1", "D1", "L2", "H0", "H1", "C"), go_away),
    (("L1", "L1", "D1", "D1", "L2", "H0", "H1", "C"), go_away),
    (("L1", "D1", "H1", "P1"), come_back),
)
