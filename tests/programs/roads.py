"""The process as the product description draws it, written down a second time for comparison."""

from workflow.vocabulary import Stage

# From each stage, everywhere a case may ever go next.
ROADS: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.NOMINATED, Stage.WITHDRAWN}),
    Stage.NOMINATED: frozenset({Stage.REVIEW, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.REVIEW: frozenset(
        {Stage.REVIEW, Stage.COMPETITION, Stage.COMMITTEE, Stage.DECLINED, Stage.WITHDRAWN}
    ),
    Stage.COMPETITION: frozenset({Stage.COMMITTEE, Stage.RESERVE, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.RESERVE: frozenset({Stage.COMMITTEE, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.COMMITTEE: frozenset({Stage.NOTICE, Stage.REVIEW, Stage.RESERVE, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.NOTICE: frozenset(
        {Stage.MENTORING, Stage.REVIEW, Stage.COMPETITION, Stage.COMMITTEE, Stage.WITHDRAWN}
    ),
    Stage.MENTORING: frozenset({Stage.MENTORING, Stage.COMPLETED, Stage.REVERTED, Stage.WITHDRAWN}),
    Stage.COMPLETED: frozenset(),
    Stage.DECLINED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.REVERTED: frozenset(),
}
