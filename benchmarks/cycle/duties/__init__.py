"""What each kind of task makes the person do who finds it in the inbox, stage by stage."""

from benchmarks.cycle.desk import Way
from benchmarks.cycle.duties import committee, competition, mentoring, nomination, notice, review

WAYS: dict[str, Way] = {
    **nomination.WAYS,
    **review.WAYS,
    **competition.WAYS,
    **committee.WAYS,
    **notice.WAYS,
    **mentoring.WAYS,
}
