"""Counting a committee's vote: quorum, majority, the verdict and the sentence that explains it."""

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from workflow.rules.edition import CommitteeRules, Wording
from workflow.vocabulary import Choice, VoteResult

_DEVIATING = Fraction(2, 3)
UNFINISHED = frozenset({VoteResult.REPEAT, VoteResult.NO_QUORUM})


@dataclass(frozen=True, slots=True)
class Count:
    """How often each choice was made."""

    yes: int = 0
    no: int = 0
    defer: int = 0
    abstain: int = 0

    @property
    def voting(self) -> int:
        """How many cast a ballot, abstentions included."""
        return self.yes + self.no + self.defer + self.abstain

    @property
    def is_unanimous(self) -> bool:
        """Whether all ballots say the same, so that the count would tell everybody's choice."""
        return self.voting in (self.yes, self.no, self.defer, self.abstain)

    @property
    def is_tied(self) -> bool:
        """Whether as many said yes as no, and somebody did."""
        return self.yes == self.no > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A counted vote: the result, a stable reason code, and every number that led to it."""

    result: VoteResult
    reason: str
    seats: int
    recused: int
    entitled: int
    quorum: int
    needed: int
    count: Count
    is_deviation: bool = False


def quorum_needed(entitled: int, rules: CommitteeRules) -> int:
    """How many of the entitled must cast a ballot; a least number may ask for more than there are."""
    return max(ceil(rules.quorum * entitled), rules.minimum_voting)


def yes_needed(entitled: int, rules: CommitteeRules) -> int:
    """How many of the entitled, not of those voting, must say yes."""
    share = rules.majority * entitled
    return ceil(share) if rules.majority_is_reached else floor(share) + 1


def for_deviation(rules: CommitteeRules) -> CommitteeRules:
    """The rules of a vote against the order of merit: two thirds of the entitled, or what is more."""
    if rules.majority >= _DEVIATING:
        return rules
    return replace(rules, majority=_DEVIATING, majority_is_reached=True)


def tally(
    count: Count,
    *,
    seats: int,
    recused: int,
    entitled: int,
    rules: CommitteeRules,
    may_defer: bool,
    is_repeat: bool,
    is_deviation: bool = False,
) -> Tally:
    """The verdict on a closed vote; `may_defer` says that the case has not been deferred before.

    A vote against the order of merit (`is_deviation`) needs the higher majority.
    """
    rules = for_deviation(rules) if is_deviation else rules
    quorum, needed = quorum_needed(entitled, rules), yes_needed(entitled, rules)
    if count.voting < quorum:
        result, reason = VoteResult.NO_QUORUM, "quorum_missing"
    elif count.yes >= needed:
        result, reason = VoteResult.CARRIED, "majority_reached"
    else:
        result, reason = _without_majority(count, entitled, may_defer=may_defer, is_repeat=is_repeat)
    return Tally(result, reason, seats, recused, entitled, quorum, needed, count, is_deviation)


def sentence(tally: Tally) -> Wording:
    """The vote in one sentence: who could vote, who did, what was needed, what came of it."""
    counted = [(choice, number) for choice in Choice if (number := getattr(tally.count, choice))]
    votes = counted if tally.count.yes else [(Choice.YES, 0), *counted]
    against_merit = _AGAINST_MERIT if tally.is_deviation else Wording("", "")
    return Wording(
        en=(
            f"{tally.seats} seats, {tally.recused} recused, {tally.entitled} entitled, "
            f"{tally.count.voting} voted (quorum {tally.quorum}): "
            f"{', '.join(f'{number} {choice}' for choice, number in votes)}; "
            f"needed {tally.needed}{against_merit.en}: {_RESULTS[tally.result].en}."
        ),
        zh_Hans=(
            f"席位{tally.seats}个，回避{tally.recused}人，有表决权{tally.entitled}人，"
            f"参加表决{tally.count.voting}人（法定人数{tally.quorum}人）："
            f"{'，'.join(f'{_CHOICES[choice]}{number}票' for choice, number in votes)}；"
            f"需同意{tally.needed}票{against_merit.zh_Hans}：{_RESULTS[tally.result].zh_Hans}。"
        ),
    )


def shown(tally: Tally, rules: CommitteeRules) -> dict[str, Any]:
    """What may be published of a vote: the result, and the counts only where they betray nobody.

    Nothing but the result is shown of a small body, of a unanimous vote, and of a vote that goes on.
    """
    outcome: dict[str, Any] = {"result": tally.result.value}
    is_small = tally.count.voting < rules.small_body
    if is_small or tally.count.is_unanimous or tally.result in UNFINISHED:
        return outcome
    numbers = {
        "seats": tally.seats,
        "recused": tally.recused,
        "entitled": tally.entitled,
        "voted": tally.count.voting,
        "quorum": tally.quorum,
        "needed": tally.needed,
    }
    return outcome | numbers | asdict(tally.count) | {"sentence": asdict(sentence(tally))}


def _without_majority(
    count: Count, entitled: int, *, may_defer: bool, is_repeat: bool
) -> tuple[VoteResult, str]:
    if may_defer and 2 * (count.yes + count.defer) > entitled:
        return VoteResult.DEFERRED, "more_time_wanted"
    if count.is_tied and not is_repeat:
        return VoteResult.REPEAT, "tied"
    if count.is_tied and may_defer:
        return VoteResult.DEFERRED, "tied_again"
    return VoteResult.NOT_CARRIED, "majority_missing"


_AGAINST_MERIT = Wording(" (against the order of merit)", "（偏离名次）")
_CHOICES = {Choice.YES: "同意", Choice.NO: "不同意", Choice.DEFER: "缓议", Choice.ABSTAIN: "弃权"}
_RESULTS = {
    VoteResult.CARRIED: Wording("carried", "通过"),
    VoteResult.NOT_CARRIED: Wording("not carried", "未通过"),
    VoteResult.DEFERRED: Wording("deferred", "缓议"),
    VoteResult.REPEAT: Wording("tied, one more ballot", "票数相等，再次表决"),
    VoteResult.NO_QUORUM: Wording("no quorum", "未达法定人数"),
}
