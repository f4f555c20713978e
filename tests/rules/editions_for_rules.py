"""The parts of an edition that the tests of the rules judge by, with the product's default numbers."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from workflow.rules.edition import (
    CommitteeRules,
    Criterion,
    EligibilityRules,
    FormItem,
    ReminderLadder,
    ReviewRules,
    SourceRule,
    WeightSet,
    Wording,
)
from workflow.vocabulary import Source

LADDER = ReminderLadder(before=(7, 3, 1), every_after=2, times_after=3)

_SOURCES = (
    SourceRule(Source.SUPERIOR, weight=25, minimum=1, drawn=2),
    SourceRule(Source.PEER, weight=35, minimum=4, drawn=5),
    SourceRule(Source.SUBORDINATE, weight=20, minimum=4, drawn=5),
    SourceRule(Source.CUSTOMER, weight=20, minimum=5, drawn=8),
    SourceRule(Source.SELF, weight=0, minimum=0, drawn=1),
)
_WITHOUT_SUBORDINATES = WeightSet({Source.SUPERIOR: 30, Source.PEER: 45, Source.CUSTOMER: 25})
_REVIEW = ReviewRules(
    days=10,
    sources=_SOURCES,
    weight_sets=(_WITHOUT_SUBORDINATES,),
    threshold=4,
    customer_threshold=5,
    answered_share=0.7,
    minimum_sources=2,
    minimum_raters=5,
    forms_per_rater=6,
    replacement_days=5,
)
_COMMITTEE = CommitteeRules(
    seats=7,
    quorum=Fraction(2, 3),
    minimum_voting=3,
    majority=Fraction(1, 2),
    majority_is_reached=False,
    days=5,
    extension_days=3,
    small_body=5,
)
_NOTHING_ASKED = EligibilityRules(
    months_in_level=None,
    median_rating=None,
    rating_periods=3,
    trainings=None,
    training_course=None,
    certificates=(),
    no_open_sanction=False,
    rotation_months=None,
    projects=None,
)


def review_rules(**changes: Any) -> ReviewRules:
    """The default rules of a review, but for the changes."""
    return replace(_REVIEW, **changes)


def committee_rules(**changes: Any) -> CommitteeRules:
    """Seven seats, quorum two thirds, more than one half needed, but for the changes."""
    return replace(_COMMITTEE, **changes)


def eligibility_rules(**asked: Any) -> EligibilityRules:
    """Nothing but what is named is asked."""
    return replace(_NOTHING_ASKED, **asked)


def a_criterion(key: str, *, items: int = 1, weight: float = 1.0) -> Criterion:
    """A criterion with items `<key>1`, `<key>2` and so on."""
    wording = Wording(key, key)
    questions = tuple(
        FormItem(f"{key}{number}", wording, anchors={}, for_customers=True) for number in range(1, items + 1)
    )
    return Criterion(key, wording, weight, floor=None, items=questions)
