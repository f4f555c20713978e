"""The judges' sheets of one round: sealed, doubted, opened together, and what they give each entry."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select

from workflow import contests, eligibility, review_outcomes, sealing
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.errors import StageMoved
from workflow.models import (
    Competition,
    Entry,
    Judge,
    PromotionCase,
    Score,
    ScoreEvidence,
    SealedScore,
)
from workflow.rules import merit, severity, ties
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import MeritPart, Stage

Sheet = dict[str, float]
Opened = dict[tuple[int, int], dict[str, Any]]
"""What was sealed, by entry and judge."""


def judges(act: Act, competition: Competition) -> Sequence[Judge]:
    """Everybody who has a seat on a panel now."""
    seated = select(Judge).where(Judge.competition_id == competition.id, Judge.is_seated)
    return act.all(seated.order_by(Judge.id))


def require_entry(act: Act, competition: Competition, case: PromotionCase) -> Entry:
    """The entry of a case in its present round; raises StageMoved where it has none."""
    entry = act.first(
        select(Entry).where(Entry.competition_id == competition.id, Entry.round_id == case.round_id)
    )
    if entry is None:
        raise StageMoved(stage=case.stage, expected=[Stage.COMPETITION])
    return entry


def put_away(act: Act, entry: Entry, judge: Judge, sheet: Sheet) -> None:
    """Seal a sheet in the place of the one that the judge has handed in before."""
    sealed = sealing.seal(sealing.new_key(act, entry.round_id), {"sheet": sheet})
    known = act.db.get(SealedScore, (entry.id, judge.id))
    if known is None:
        act.add(SealedScore(entry_id=entry.id, judge_id=judge.id, sealed=sealed))
    else:
        known.sealed = sealed


def put_evidence(act: Act, entry: Entry, judge: Judge, evidence: str) -> None:
    """Seal with a doubted sheet what its judge writes to confirm it."""
    key, known = sealing.key_of(act, entry.round_id), act.db.get_one(SealedScore, (entry.id, judge.id))
    known.sealed = sealing.seal(key, sealing.unseal(key, known.sealed) | {"evidence": evidence})


def missing_sheets(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> bool:
    """Whether a sheet is still to come for a case that still runs, be it of a judge who is to be named."""
    given = exists().where(SealedScore.entry_id == Entry.id, SealedScore.judge_id == Judge.id)
    rounds = [case.round_id for case in running]
    asked = (
        select(Entry.id)
        .join(Judge, Judge.scores(Entry))
        .where(Entry.competition_id == competition.id, Entry.round_id.in_(rounds))
        .where(or_(and_(Judge.is_seated, ~given), Judge.is_vacant()))
    )
    return act.first(asked) is not None


def doubt(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> list[tuple[Entry, Judge]]:
    """Mark the sheets that stand far from what the others let expect, once a round; nothing is opened."""
    entries = contests.entries_of(act, competition, running)
    of_round = SealedScore.entry_id.in_([entry.id for entry in entries])
    if act.first(select(func.count()).where(of_round, SealedScore.is_doubted)):
        return []
    by_key = {str(entry.id): entry for entry in entries}
    seats = {str(judge.id): judge for judge in judges(act, competition)}
    weights = contests.rules_of(act, competition).asked_in(competition.round_number)
    marks = _marks(_unsealed(act, entries), weights)
    doubted = [(by_key[entry], seats[judge]) for entry, judge in severity.doubtful(marks)]
    for entry, judge in doubted:
        act.db.get_one(SealedScore, (entry.id, judge.id)).is_doubted = True
    return doubted


def open_sheets(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> list[Entry]:
    """Open every sheet of the round, keep its scores, and give each entry its score so far."""
    entries = contests.entries_of(act, competition, running)
    opened = _unsealed(act, entries)
    _keep(act, competition, opened)
    act.execute(delete(SealedScore).where(SealedScore.entry_id.in_([entry.id for entry in entries])))
    for entry in entries:
        sealing.destroy_key(act, entry.round_id)
    rules = contests.rules_of(act, competition)
    fitted = severity.fit(_marks(opened, rules.asked_in(competition.round_number)))
    given = Counter(entry for entry, _ in opened)
    for entry in entries:
        _note_round(entry, contests.round_of(act, competition).key, fitted, given[entry.id])
        entry.score = merit.score_of_rounds(
            {key: one["mean"] for key, one in entry.rounds.items()}, _weights(rules)
        )
    return entries


def build_up(act: Act, competition: Competition, entries: Sequence[Entry], field: contests.Field) -> None:
    """Give each entry its composite after the last round, with its parts and its variance."""
    weights = _weights(contests.rules_of(act, competition))
    for entry in entries:
        built = _composite(act, entry, field[entry.case_id])
        entry.composite, entry.build_up = built.total, asdict(built)
        variances = {key: one["variance"] for key, one in entry.rounds.items()}
        share = built.weights.get(MeritPart.COMPETITION, 0)
        entry.variance = share**2 * merit.variance_of_rounds(variances, weights)


def rank(act: Act, competition: Competition, entries: Sequence[Entry]) -> list[Entry]:
    """Give each entry above the floor its place and say who is tied at the cut; best first."""
    rules = contests.rules_of(act, competition)
    standings = {
        str(entry.id): ties.Standing(entry.composite, entry.variance or 0.0, entry.build_up["values"])
        for entry in entries
        if entry.composite is not None and entry.score is not None and entry.score >= rules.floor
    }
    ranked = ties.ranked(standings, seats=competition.seats, secondary=rules.secondary)
    for entry in entries:
        found = ranked.get(str(entry.id))
        entry.place = found.place if found else None
        entry.is_tied = found is not None and found.is_tied
        entry.proposed_place = found.proposed_place if found else None
        entry.separated_by = found.separated_by if found else None
    by_key = {str(entry.id): entry for entry in entries}
    return [by_key[key] for key in ranked]


def _unsealed(act: Act, entries: Sequence[Entry]) -> Opened:
    keys = {entry.id: sealing.key_of(act, entry.round_id) for entry in entries}
    sealed = act.all(select(SealedScore).where(SealedScore.entry_id.in_(keys)))
    return {(row.entry_id, row.judge_id): sealing.unseal(keys[row.entry_id], row.sealed) for row in sealed}


def _marks(opened: Opened, weights: Mapping[str, float]) -> dict[tuple[str, str], float]:
    return {
        (str(entry), str(judge)): merit.mark_of(content["sheet"], weights)
        for (entry, judge), content in opened.items()
    }


def _keep(act: Act, competition: Competition, opened: Opened) -> None:
    number = competition.round_number
    who = [
        ({"entry_id": entry, "judge_id": judge, "round_number": number}, content)
        for (entry, judge), content in opened.items()
    ]
    scores = [
        {**whose, "criterion": criterion, "value": value}
        for whose, content in who
        for criterion, value in content["sheet"].items()
    ]
    if scores:
        act.execute(insert(Score), scores)
    evidence = [{**whose, "text": content["evidence"]} for whose, content in who if "evidence" in content]
    if evidence:
        act.execute(insert(ScoreEvidence), evidence)


def _note_round(entry: Entry, key: str, fitted: severity.Fit, given: int) -> None:
    mean = fitted.means[str(entry.id)]
    entry.rounds = entry.rounds | {
        key: {"mean": mean, "judges": given, "variance": fitted.error / given, "basis": fitted.basis}
    }


def _weights(rules: CompetitionRules) -> dict[str, float]:
    return {one.key.value: one.weight for one in rules.rounds}


def _composite(act: Act, entry: Entry, case: PromotionCase) -> merit.Composite:
    step, edition = step_of(act.db, case), edition_of(act.db, case.edition_id)
    ratings = eligibility.ratings_of(act, case.candidate, step.eligibility.rating_periods)
    outcome = review_outcomes.latest(act, case)
    return merit.composite(
        merit.performance_score(ratings, edition.rating_scale),
        outcome.score if outcome is not None else None,
        entry.score,
        step.composite,
    )
