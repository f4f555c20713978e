"""The shape of an edition: its fields, their kinds and bounds; what they mean together is in `checks`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, post_load

from workflow.editions import kinds
from workflow.rules import edition as rules
from workflow.vocabulary import Approver, Level, MeritPart, RoundKind, Source, TaskKind, Track


class _Part(Schema):
    """A part of an edition, built into the value it stands for; unknown fields are refused."""

    error_messages = {"unknown": "unknown_field", "type": "wrong_kind"}  # noqa: RUF012 -- as in the base
    builds: ClassVar[Callable[..., Any]]

    class Meta:
        """Nothing is ignored."""

        unknown = RAISE

    @post_load
    def build(self, data: Mapping[str, Any], **_: Any) -> Any:
        """The value this part stands for."""
        return type(self).builds(**data)


class _Wording(_Part):
    builds = rules.Wording
    en = kinds.text(1000)
    zh_Hans = kinds.text(1000)  # noqa: N815 -- the locale's own spelling


class _RatingScale(_Part):
    builds = rules.RatingScale
    low = kinds.number(0, 100)
    high = kinds.number(0, 100)


def _anchors(**data: rules.Wording) -> dict[int, rules.Wording]:
    return {int(grade): wording for grade, wording in data.items()}


class _Anchors(_Part.from_dict({str(grade): kinds.part(_Wording) for grade in range(1, 6)})):  # type: ignore[misc]
    builds = _anchors


class _FormItem(_Part):
    builds = rules.FormItem
    key = kinds.key()
    text = kinds.part(_Wording)
    for_customers = kinds.truth(load_default=False)
    anchors = kinds.part(_Anchors)


class _Criterion(_Part):
    builds = rules.Criterion
    key = kinds.key()
    name = kinds.part(_Wording)
    weight = kinds.number(0, 100)
    floor = kinds.number(1, 5, load_default=None)
    items = kinds.many(kinds.part(_FormItem), 3, 5)


class _Post(_Part):
    builds = rules.PostRule
    key = kinds.key()
    name = kinds.part(_Wording)
    track = kinds.one_of(Track)
    levels = kinds.many(kinds.one_of(Level))
    duties = kinds.many(kinds.part(_Wording), 0, 20, load_default=())


class _Eligibility(_Part):
    builds = rules.EligibilityRules
    months_in_level = kinds.whole(0, 600, load_default=None)
    median_rating = kinds.number(0, 100, load_default=None)
    rating_periods = kinds.whole(1, 20)
    trainings = kinds.whole(0, 100, load_default=None)
    training_course = kinds.text(200, load_default=None)
    certificates = kinds.many(kinds.text(50), 0, 20, load_default=())
    no_open_sanction = kinds.truth()
    rotation_months = kinds.whole(1, 120, load_default=None)
    projects = kinds.whole(1, 100, load_default=None)


class _Approvals(_Part):
    builds = rules.ApprovalRules
    chain = kinds.many(kinds.group(kinds.one_of(Approver), rules.ApprovalGroup))
    days = kinds.whole(1, 366)
    opt_out_days = kinds.whole(1, 366, load_default=7)
    in_bulk = kinds.truth(load_default=False)


class _SourceRule(_Part):
    builds = rules.SourceRule
    source = kinds.one_of(Source)
    weight = kinds.number(0, 100)
    minimum = kinds.whole(1, 100)
    drawn = kinds.whole(1, 100)


def _weight_set(**data: float) -> rules.WeightSet:
    return rules.WeightSet({Source(source): weight for source, weight in data.items()})


class _WeightSet(_Part):
    builds = _weight_set
    superior = kinds.number(0, 100, required=False)
    peer = kinds.number(0, 100, required=False)
    subordinate = kinds.number(0, 100, required=False)
    customer = kinds.number(0, 100, required=False)


class _Review(_Part):
    builds = rules.ReviewRules
    days = kinds.whole(1, 366)
    sources = kinds.many(kinds.part(_SourceRule))
    weight_sets = kinds.many(kinds.part(_WeightSet), 0)
    threshold = kinds.whole(3, 100)
    customer_threshold = kinds.whole(3, 100)
    answered_share = kinds.number(0.01, 1)
    minimum_sources = kinds.whole(1, 4)
    minimum_raters = kinds.whole(1, 100)
    forms_per_rater = kinds.whole(1, 100)
    replacement_days = kinds.whole(1, 366, load_default=5)


class _CompetitionCriterion(_Part):
    builds = dict
    key = kinds.key()
    name = kinds.part(_Wording)
    weight = kinds.number(0, 100)


class _Round(_Part):
    builds = rules.RoundRules
    key = kinds.one_of(RoundKind)
    name = kinds.part(_Wording)
    weight = kinds.number(1, 100)
    criteria = kinds.many(kinds.key(), load_default=())
    shortlist = kinds.share(load_default=None)


# What an edition means that names no rounds.
_ONE_ROUND = (
    rules.RoundRules(RoundKind.INTERVIEW, rules.Wording("Interview", "面试"), 100, (), shortlist=None),
)


def _competition(criteria: tuple[dict[str, Any], ...], **data: Any) -> rules.CompetitionRules:
    everything = tuple(criterion["key"] for criterion in criteria)
    rounds = data.pop("rounds") or _ONE_ROUND
    return rules.CompetitionRules(
        criteria={criterion["key"]: criterion["weight"] for criterion in criteria},
        names={criterion["key"]: criterion["name"] for criterion in criteria},
        rounds=tuple(replace(one, criteria=one.criteria or everything) for one in rounds),
        **data,
    )


class _Competition(_Part):
    builds = _competition
    announcement_days = kinds.whole(1, 366)
    scoring_days = kinds.whole(1, 366)
    criteria = kinds.many(kinds.part(_CompetitionCriterion))
    minimum_judges = kinds.whole(3, 99)
    maximum_judges = kinds.whole(3, 99)
    floor = kinds.number(0, 100)
    reserve_months = kinds.whole(0, 60)
    minimum_entries = kinds.whole(1, 100, load_default=2)
    rounds = kinds.many(kinds.part(_Round), load_default=())
    secondary = kinds.many(kinds.one_of(MeritPart), 0, load_default=())


class _Composite(_Part):
    builds = rules.CompositeWeights
    performance = kinds.number(0, 100)
    review = kinds.number(0, 100)
    competition = kinds.number(0, 100)


class _Committee(_Part):
    builds = rules.CommitteeRules
    seats = kinds.whole(3, 99)
    quorum = kinds.share()
    minimum_voting = kinds.whole(1, 99)
    majority = kinds.share()
    majority_is_reached = kinds.truth()
    days = kinds.whole(1, 366)
    extension_days = kinds.whole(1, 366)
    small_body = kinds.whole(1, 99)


class _Notice(_Part):
    builds = rules.NoticeRules
    days = kinds.whole(0, 366)
    contested_days = kinds.whole(0, 366, load_default=15)


class _Mentoring(_Part):
    builds = rules.MentoringRules
    weeks = kinds.whole(1, 260)
    extension_weeks = kinds.whole(1, 260)
    check_in_days = kinds.many(kinds.whole(1, 1820))
    performance_check_weeks = kinds.whole(1, 260, load_default=13)
    maximum_mentees = kinds.whole(1, 100)
    naming_days = kinds.whole(1, 366)
    plan_days = kinds.whole(1, 366)
    confirmation_days = kinds.whole(1, 366)


class _Step(_Part):
    builds = rules.StepRules
    track = kinds.one_of(Track)
    level = kinds.one_of(Level)
    posts = kinds.many(kinds.key())
    eligibility = kinds.part(_Eligibility)
    approvals = kinds.part(_Approvals)
    review = kinds.part(_Review)
    competition = kinds.part(_Competition, allow_none=True)
    composite = kinds.part(_Composite)
    committee = kinds.part(_Committee)
    notice = kinds.part(_Notice)
    mentoring = kinds.part(_Mentoring)


class _Ladder(_Part):
    before = kinds.many(kinds.whole(1, 366))
    every_after = kinds.whole(1, 366)
    times_after = kinds.whole(0, 100)


class _TaskLadder(_Ladder):
    builds = rules.TaskLadder
    tasks = kinds.many(kinds.one_of(TaskKind))


class _Reminders(_Ladder):
    builds = rules.ReminderLadder
    by_task = kinds.many(kinds.part(_TaskLadder), least=0, load_default=())


class EditionSchema(_Part):
    """An edition whose steps already carry the defaults of every section."""

    builds = rules.Edition
    key = kinds.key()
    version = kinds.key(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")
    name = kinds.part(_Wording)
    effective_from = kinds.day()
    review_by = kinds.day()
    rating_scale = kinds.part(_RatingScale)
    reminders = kinds.part(_Reminders)
    posts = kinds.many(kinds.part(_Post))
    criteria = kinds.many(kinds.part(_Criterion))
    steps = kinds.many(kinds.part(_Step))


SECTIONS: dict[str, type[Schema]] = {
    "eligibility": _Eligibility,
    "approvals": _Approvals,
    "review": _Review,
    "competition": _Competition,
    "composite": _Composite,
    "committee": _Committee,
    "notice": _Notice,
    "mentoring": _Mentoring,
}
