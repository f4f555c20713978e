"""The stories of a cycle: which, and how many of each."""

from benchmarks.cycle.ladder import (
    ADVISER,
    ASIDE,
    FIRST_ADVISER,
    FIRST_SELLER,
    SCIENTIST,
    SELLER,
    TECHNICIAN,
    Step,
)
from benchmarks.cycle.stories import DEFER, NO, SILENT, TIED, YES, Once, Story, once
from workflow.vocabulary import Nominator, Stage


def _withdrawn(step: Step, stage: Stage) -> Story:
    return Story(f"withdrawn in {stage}", step, Stage.WITHDRAWN, withdrawn_in=stage)


def _left(step: Step, stage: Stage) -> Story:
    return Story(f"left the company in {stage}", step, Stage.WITHDRAWN, leaves_in=stage)


_BY_MANAGER = Nominator.MANAGER
# The first stories, for a cycle that takes seconds; and those of them that end before any mentoring.
SMALL = (
    Story("nominated by the manager", TECHNICIAN, nominator=_BY_MANAGER, once=once(Once.RATER_DECLINES)),
    Story("declined", SCIENTIST, Stage.DECLINED, nominator=_BY_MANAGER, approvals=("decline",)),
    Story("the manager has left", SELLER, nominator=Nominator.SELF, has_manager=False),
    Story("withdrawn", SELLER, Stage.WITHDRAWN, nominator=_BY_MANAGER, withdrawn_in=Stage.REVIEW),
    Story("not carried", TECHNICIAN, Stage.DECLINED, nominator=_BY_MANAGER, ballots=(NO,)),
)
SHORT = (SMALL[1], SMALL[3], SMALL[4])

_NOMINATION = (
    *((1, story) for story in SMALL),
    (1, Story("went on in silence", TECHNICIAN, once=SILENT)),
    (2, _withdrawn(SCIENTIST, Stage.DRAFT)),
    (2, Story("declined at nomination", SCIENTIST, Stage.DECLINED, approvals=("decline", "decline"))),
    (1, Story("returned and resubmitted", SCIENTIST, approvals=("return",))),
    (
        1,
        Story("returned to the manager", TECHNICIAN, nominator=_BY_MANAGER, approvals=("return",)),
    ),
    (
        1,
        Story(
            "advised against by the manager, then extended",
            SELLER,
            nominator=Nominator.SELF,
            approvals=("decline",),
            conclusions=("extend", "confirm"),
        ),
    ),
    (1, Story("put forward by HR", TECHNICIAN, nominator=Nominator.HR)),
    (1, Story("put forward by a peer", TECHNICIAN, nominator=Nominator.PEER, consent="agree")),
    (
        1,
        Story(
            "put forward by a member of the committee",
            SELLER,
            nominator=Nominator.PEER,
            is_put_forward_by_member=True,
            consent="agree",
        ),
    ),
    (
        1,
        Story(
            "did not want to be put forward",
            SCIENTIST,
            Stage.WITHDRAWN,
            nominator=Nominator.PEER,
            consent="refuse",
        ),
    ),
    (1, Story("never answered a peer", SELLER, Stage.WITHDRAWN, nominator=Nominator.PEER)),
    (1, Story("waived", SCIENTIST, nominator=_BY_MANAGER, is_long_enough_in_level=False)),
    (1, Story("the author leaves", TECHNICIAN, nominator=_BY_MANAGER, once=once(Once.AUTHOR_LEAVES))),
    (1, Story("an approver leaves", SCIENTIST, once=once(Once.APPROVER_LEAVES))),
    (2, Story("aside into another department", ASIDE, nominator=_BY_MANAGER)),
)

_REVIEW = (
    (1, Story("customers answer", SELLER, customers=9, once=once(Once.CUSTOMER_DECLINES))),
    (2, Story("below the floor of a criterion", ADVISER, Stage.DECLINED, rating=2)),
    (1, Story("a rater declines", TECHNICIAN, once=once(Once.RATER_DECLINES, Once.RATER_KEEPS_A_DRAFT))),
    (1, Story("a rater leaves", ADVISER, once=once(Once.RATER_LEAVES))),
    (1, Story("raters are late", SCIENTIST, once=once(Once.RATERS_ARE_LATE))),
    (1, Story("review held again, wider", ADVISER, rescues=("widening",))),
    (1, Story("review score waived", ADVISER, rescues=("waiver",))),
    (1, Story("objects to a rater", TECHNICIAN, once=once(Once.OBJECTS_TO_RATER))),
    (
        1,
        Story(
            "objects to a rater with success",
            SCIENTIST,
            rater_objection="uphold",
            once=once(Once.OBJECTS_TO_RATER),
        ),
    ),
)

_COMMITTEE = (
    (2, Story("not carried", TECHNICIAN, Stage.DECLINED, ballots=(NO,))),
    (1, Story("deferred once", SCIENTIST, ballots=(DEFER, YES))),
    (1, Story("deferred, then not carried", ADVISER, Stage.DECLINED, ballots=(DEFER, NO))),
    (1, Story("tied, then carried", ADVISER, ballots=(TIED, YES))),
    (1, Story("tied twice, then carried", SELLER, ballots=(TIED, TIED, YES))),
    (1, Story("without a quorum at first", TECHNICIAN, once=once(Once.MEMBERS_STAY_AWAY))),
    (1, Story("without any quorum", SCIENTIST, once=once(Once.NOBODY_VOTES))),
    (1, Story("a member declares an interest", SELLER, once=once(Once.MEMBER_RECUSES))),
)

_NOTICE = (
    (1, Story("objection dismissed", TECHNICIAN, once=once(Once.SOMEBODY_OBJECTS))),
    (
        1,
        Story(
            "objection upheld: vote again",
            SCIENTIST,
            ballots=(YES, YES),
            upheld_to=Stage.COMMITTEE,
            once=once(Once.SOMEBODY_OBJECTS),
        ),
    ),
    (
        1,
        Story(
            "objection upheld: review again",
            ADVISER,
            Stage.DECLINED,
            ballots=(YES, NO),
            upheld_to=Stage.REVIEW,
            once=once(Once.SOMEBODY_OBJECTS),
        ),
    ),
    (1, Story("with effect on a later day", SELLER, effect_in_days=60)),
)

_MENTORING = (
    (1, Story("reverted", TECHNICIAN, Stage.REVERTED, conclusions=("revert",))),
    (1, Story("extended, then reverted", SELLER, Stage.REVERTED, conclusions=("extend", "revert"))),
    (1, Story("the mentor leaves", SELLER, once=once(Once.MENTOR_LEAVES))),
    (1, Story("the mentor declines", SCIENTIST, once=once(Once.MENTOR_DECLINES))),
)

_GOING = (
    (1, _withdrawn(SCIENTIST, Stage.NOMINATED)),
    (1, _withdrawn(SELLER, Stage.REVIEW)),
    (1, _withdrawn(FIRST_ADVISER, Stage.COMPETITION)),
    (1, _withdrawn(ADVISER, Stage.COMMITTEE)),
    (1, _withdrawn(TECHNICIAN, Stage.NOTICE)),
    (1, _left(SCIENTIST, Stage.NOMINATED)),
    (1, _left(SELLER, Stage.REVIEW)),
    (1, _left(ADVISER, Stage.COMMITTEE)),
    (1, _left(TECHNICIAN, Stage.MENTORING)),
)

# One seat and eight entries before the panel, of whom four reach the second round, two of them equal.
_HEALTHCARE = (
    (
        1,
        Story("before an equal", FIRST_ADVISER, score=4.9, is_tied=True, once=once(Once.COMES_FIRST)),
    ),
    (1, Story("equal, without a place", FIRST_ADVISER, Stage.DECLINED, score=4.9, is_tied=True)),
    (1, Story("in reserve until it expired", FIRST_ADVISER, Stage.DECLINED, score=4.2)),
    (1, Story("given up in reserve", FIRST_ADVISER, Stage.WITHDRAWN, score=4, withdrawn_in=Stage.RESERVE)),
    (4, Story("not shortlisted", FIRST_ADVISER, Stage.DECLINED, score=2)),
)

# Three seats and thirty entries, of whom fifteen reach the second round; two seats become free again.
_SALES = (
    (1, Story("first in sales", FIRST_SELLER, score=4.9)),
    (
        1,
        Story(
            "objection upheld: compete again",
            FIRST_SELLER,
            Stage.WITHDRAWN,
            score=4.8,
            upheld_to=Stage.COMPETITION,
            withdrawn_in=Stage.COMPETITION,
            once=once(Once.COMES_FIRST, Once.SOMEBODY_OBJECTS),
        ),
    ),
    (1, Story("third, but not carried", FIRST_SELLER, Stage.DECLINED, score=4.7, ballots=(NO,))),
    (2, Story("called up", FIRST_SELLER, score=4.5)),
    (6, Story("in reserve in sales", FIRST_SELLER, Stage.DECLINED, score=4)),
    (4, Story("below the floor", FIRST_SELLER, Stage.DECLINED, score=2.8)),
    (14, Story("not shortlisted in sales", FIRST_SELLER, Stage.DECLINED, score=2)),
    (
        1,
        Story(
            "seen differently by one judge",
            FIRST_SELLER,
            Stage.DECLINED,
            score=2.4,
            once=once(Once.JUDGE_STANDS_ALONE),
        ),
    ),
)

STORIES: tuple[Story, ...] = tuple(
    story
    for part in (_NOMINATION, _REVIEW, _COMMITTEE, _NOTICE, _MENTORING, _GOING, _HEALTHCARE, _SALES)
    for count, story in part
    for _ in range(count)
)
