"""What the parts of an edition must mean together: sums, reachable quorums, thresholds, names used once."""

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from workflow.rules.edition import (
    ApprovalRules,
    CommitteeRules,
    CompetitionRules,
    CompositeWeights,
    Criterion,
    Edition,
    MentoringRules,
    ReviewRules,
    RoundRules,
    SourceRule,
    StepRules,
    TaskLadder,
)
from workflow.vocabulary import Approver, Source

CUSTOMER_ITEMS = 6

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Where an edition breaks which rule, with the values a sentence about it needs."""

    path: Path
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


Problems = Iterator[Problem]


def problems(edition: Edition) -> Problems:
    """Every rule across fields that the edition breaks, in the order of the document."""
    if edition.review_by < edition.effective_from:
        yield Problem(("review_by",), "before_effective_from")
    if edition.rating_scale.low >= edition.rating_scale.high:
        yield Problem(("rating_scale",), "low_not_below_high")
    if not _descending(edition.reminders.before):
        yield Problem(("reminders", "before"), "not_descending")
    yield from _task_ladders(edition.reminders.by_task)
    yield from _twice(("posts",), (post.key for post in edition.posts))
    yield from _criteria(edition.criteria)
    yield from _twice(("steps",), ((step.track, step.level) for step in edition.steps))
    for index, step in enumerate(edition.steps):
        for problem in _step(edition, step):
            yield Problem(("steps", index, *problem.path), problem.reason, problem.facts)


def _task_ladders(ladders: tuple[TaskLadder, ...]) -> Problems:
    here = ("reminders", "by_task")
    for index, ladder in enumerate(ladders):
        if not _descending(ladder.before):
            yield Problem((*here, index, "before"), "not_descending")
    yield from _twice(here, (kind for ladder in ladders for kind in ladder.tasks))


def _criteria(criteria: tuple[Criterion, ...]) -> Problems:
    yield from _hundred(("criteria",), (criterion.weight for criterion in criteria))
    yield from _twice(("criteria",), (criterion.key for criterion in criteria))
    seen: set[str] = set()
    for index, criterion in enumerate(criteria):
        for place, item in enumerate(criterion.items):
            if item.key in seen:
                yield Problem(("criteria", index, "items", place), "twice")
            seen.add(item.key)
    asked = sum(item.for_customers for criterion in criteria for item in criterion.items)
    if asked != CUSTOMER_ITEMS:
        facts = {"required": CUSTOMER_ITEMS, "found": asked}
        yield Problem(("criteria",), "wrong_number_of_customer_items", facts)


def _step(edition: Edition, step: StepRules) -> Problems:
    yield from _posts(edition, step)
    scale, median = edition.rating_scale, step.eligibility.median_rating
    if median is not None and not scale.low <= median <= scale.high:
        facts = {"low": scale.low, "high": scale.high}
        yield Problem(("eligibility", "median_rating"), "outside_rating_scale", facts)
    yield from _twice(("eligibility", "certificates"), step.eligibility.certificates)
    for index, name in enumerate(step.eligibility.certificates):
        if name.endswith("_until"):  # a column of that name says until when another certificate is valid
            yield Problem(("eligibility", "certificates", index), "name_ends_in_until")
    yield from _approvals(step.approvals)
    yield from _review(step.review)
    yield from _composite(step.composite, held=step.competition is not None)
    if step.competition is not None:
        yield from _competition(step.competition)
    yield from _committee(step.committee)
    yield from _mentoring(step.mentoring)


def _posts(edition: Edition, step: StepRules) -> Problems:
    yield from _twice(("posts",), step.posts)
    for index, key in enumerate(step.posts):
        post = edition.post(key)
        if post is None:
            yield Problem(("posts", index), "unknown_post", {"post": key})
        elif post.track != step.track or step.level not in post.levels:
            yield Problem(("posts", index), "post_not_held_at_this_level", {"post": key})


def _approvals(approvals: ApprovalRules) -> Problems:
    path: Path = ("approvals", "chain")
    seen: set[Approver] = set()
    for index, group in enumerate(approvals.chain):
        if len(set(group.seats) - seen) < len(group.seats):
            yield Problem((*path, index), "twice")
        seen |= set(group.seats)
        yield from _at_most((*path, index, "need"), group.need, len(group.seats))


def _review(review: ReviewRules) -> Problems:
    yield from _twice(("review", "sources"), (rule.source for rule in review.sources))
    for index, rule in enumerate(review.sources):
        for problem in _source(rule, review):
            yield Problem(("review", "sources", index, *problem.path), problem.reason, problem.facts)
    others = [rule for rule in review.sources if rule.source != Source.SELF]
    yield from _hundred(("review", "sources"), (rule.weight for rule in others))
    yield from _weight_sets(review, {rule.source for rule in others})
    yield from _at_most(("review", "minimum_sources"), review.minimum_sources, len(others))
    drawn = sum(rule.drawn for rule in others)
    yield from _at_most(("review", "minimum_raters"), review.minimum_raters, drawn)


def _source(rule: SourceRule, review: ReviewRules) -> Problems:
    if rule.source == Source.SELF:
        if rule.weight != 0:
            yield Problem(("weight",), "self_has_no_weight")
        return
    if rule.drawn <= rule.minimum:
        yield Problem(("drawn",), "not_above_minimum", {"minimum": rule.minimum})
    # A superior's form is by name, so no threshold protects it.
    threshold = {Source.SUPERIOR: 1, Source.CUSTOMER: review.customer_threshold}.get(
        rule.source, review.threshold
    )
    if rule.minimum < threshold:
        yield Problem(("minimum",), "below_threshold", {"threshold": threshold, "minimum": rule.minimum})


def _weight_sets(review: ReviewRules, drawn: set[Source]) -> Problems:
    path = ("review", "weight_sets")
    for index, weight_set in enumerate(review.weight_sets):
        yield from _hundred((*path, index), weight_set.weights.values())
        for source in sorted(weight_set.weights.keys() - drawn):
            yield Problem((*path, index, source.value), "source_not_drawn")
    yield from _twice(path, (frozenset(weight_set.weights) for weight_set in review.weight_sets))


def _composite(weights: CompositeWeights, *, held: bool) -> Problems:
    shares = (weights.performance, weights.review, weights.competition)
    yield from _hundred(("composite",), shares)
    if held != (weights.competition > 0):
        reason = "competition_without_weight" if held else "weight_without_competition"
        yield Problem(("composite", "competition"), reason)


def _competition(competition: CompetitionRules) -> Problems:
    path: Path = ("competition",)
    yield from _hundred((*path, "criteria"), competition.criteria.values())
    yield from _at_most((*path, "minimum_judges"), competition.minimum_judges, competition.maximum_judges)
    yield from _hundred((*path, "rounds"), (one.weight for one in competition.rounds))
    yield from _twice((*path, "rounds"), (one.key for one in competition.rounds))
    yield from _twice((*path, "secondary"), competition.secondary)
    for index, one in enumerate(competition.rounds):
        is_last = index == len(competition.rounds) - 1
        for problem in _round(one, competition, is_last=is_last):
            yield Problem((*path, "rounds", index, *problem.path), problem.reason, problem.facts)


def _round(one: RoundRules, competition: CompetitionRules, *, is_last: bool) -> Problems:
    for index, key in enumerate(one.criteria):
        if key not in competition.criteria:
            yield Problem(("criteria", index), "unknown_criterion", {"criterion": key})
    yield from _twice(("criteria",), one.criteria)
    if not any(competition.criteria.get(key) for key in one.criteria):
        yield Problem(("criteria",), "round_without_weight")
    if one.shortlist is not None and is_last:
        yield Problem(("shortlist",), "shortlist_after_the_last_round")
    if one.shortlist is not None and one.shortlist > 1:
        yield Problem(("shortlist",), "share_above_one")


def _committee(committee: CommitteeRules) -> Problems:
    if committee.seats % 2 == 0:
        yield Problem(("committee", "seats"), "even_seats", {"seats": committee.seats})
    if committee.quorum > 1:
        yield Problem(("committee", "quorum"), "quorum_unreachable", {"seats": committee.seats})
    if committee.minimum_voting > committee.seats:
        yield Problem(("committee", "minimum_voting"), "quorum_unreachable", {"seats": committee.seats})
    if committee.majority > 1 or (committee.majority == 1 and not committee.majority_is_reached):
        yield Problem(("committee", "majority"), "majority_unreachable", {"seats": committee.seats})


def _mentoring(mentoring: MentoringRules) -> Problems:
    path = ("mentoring", "check_in_days")
    if not _descending(mentoring.check_in_days[::-1]):
        yield Problem(path, "not_ascending")
    yield from _at_most(path, max(mentoring.check_in_days), mentoring.weeks * 7)


def _hundred(path: Path, weights: Iterable[float]) -> Problems:
    total = math.fsum(weights)
    if not math.isclose(total, 100):
        yield Problem(path, "does_not_add_up", {"required": 100, "found": round(total, 6)})


def _at_most(path: Path, value: int, limit: int) -> Problems:
    if value > limit:
        yield Problem(path, "cannot_be_reached", {"value": value, "limit": limit})


def _twice(path: Path, names: Iterable[Hashable]) -> Problems:
    seen: set[Hashable] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Problem((*path, index), "twice")
        seen.add(name)


def _descending(days: tuple[int, ...]) -> bool:
    return all(earlier > later for earlier, later in pairwise(days))
