"""Opens the judges' sheets of a competition together and works out the order of merit."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select

from workflow import eligibility, review_outcomes, sealing
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.errors import NotFound, StageMoved
from workflow.models import Competition, Entry, Judge, PromotionCase, Score, SealedScore
from workflow.rules import merit
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import Stage


def rules_of(act: Act, case: PromotionCase) -> CompetitionRules:
    """How the competition on this case's step is judged; raises NotFound where none is held."""
    rules = step_of(act.db, case).competition
    if rules is None:
        raise NotFound(kind="competition_rules")
    return rules


def entries(act: Act, competition: Competition) -> Sequence[Entry]:
    """All entries of a competition, best place first once there are places."""
    return act.all(
        select(Entry).where(Entry.competition_id == competition.id).order_by(Entry.place, Entry.id)
    )


def judges(act: Act, competition: Competition) -> Sequence[Judge]:
    """Everybody who sits on the panel."""
    return act.all(select(Judge).where(Judge.competition_id == competition.id).order_by(Judge.id))


def require_entry(act: Act, competition: Competition, case: PromotionCase) -> Entry:
    """The entry of a case in its present round; raises StageMoved where it has none."""
    entry = act.first(
        select(Entry).where(Entry.competition_id == competition.id, Entry.round_id == case.round_id)
    )
    if entry is None:
        raise StageMoved(stage=case.stage, expected=[Stage.COMPETITION])
    return entry


def are_open(act: Act, competition: Competition) -> bool:
    """Whether the sheets have been opened, after which none can be changed."""
    opened = select(Score.entry_id).join(Entry, Entry.id == Score.entry_id)
    return act.first(opened.where(Entry.competition_id == competition.id)) is not None


def missing_sheets(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> int:
    """How many sheets are still to come for the cases that still run."""
    rounds = [case.round_id for case in running]
    given = act.first(
        select(func.count())
        .select_from(SealedScore)
        .join(Entry, Entry.id == SealedScore.entry_id)
        .where(Entry.competition_id == competition.id, Entry.round_id.in_(rounds))
    )
    return len(judges(act, competition)) * len(running) - (given or 0)


def open_sheets(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> None:
    """Open every sheet, keep its scores, and give each entry its score, composite and place."""
    in_field = {case.round_id: case for case in running}
    judged = [entry for entry in entries(act, competition) if entry.round_id in in_field]
    for entry in judged:
        _score(act, entry, in_field[entry.round_id])
    rank(judged)
    act.db.flush()


def rank(judged: Sequence[Entry]) -> None:
    """Give each entry its place among these by composite; equals share a place."""
    totals = {str(entry.id): entry.composite for entry in judged if entry.composite is not None}
    places = {place.key: place.place for place in merit.order_of_merit(totals)}
    for entry in judged:
        entry.place = places.get(str(entry.id))


def _score(act: Act, entry: Entry, case: PromotionCase) -> None:
    rules = rules_of(act, case)
    sheets = _open(act, entry)
    entry.score = merit.competition_score(
        list(sheets.values()), rules.criteria, minimum_judges=rules.minimum_judges
    )
    step, edition = step_of(act.db, case), edition_of(act.db, case.edition_id)
    ratings = eligibility.ratings_of(act, case.candidate, step.eligibility.rating_periods)
    outcome = review_outcomes.latest(act, case)
    built = merit.composite(
        merit.performance_score(ratings, edition.rating_scale),
        outcome.score if outcome is not None else None,
        entry.score,
        step.composite,
    )
    entry.composite, entry.build_up = built.total, asdict(built)


def _open(act: Act, entry: Entry) -> dict[int, dict[str, float]]:
    key = sealing.key_of(act, entry.round_id)
    sealed = act.all(select(SealedScore).where(SealedScore.entry_id == entry.id))
    sheets = {row.judge_id: sealing.unseal(key, row.sealed)["sheet"] for row in sealed}
    scores = [
        {"entry_id": entry.id, "judge_id": judge, "criterion": criterion, "value": value}
        for judge, sheet in sheets.items()
        for criterion, value in sheet.items()
    ]
    if scores:
        act.execute(insert(Score), scores)
    act.execute(delete(SealedScore).where(SealedScore.entry_id == entry.id))
    sealing.destroy_key(act, entry.round_id)
    return sheets
