"""Which competition takes a case in, and which cases wait for one."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, select

from workflow import departments
from workflow.act import Act
from workflow.models import Competition, Employee, Entry, PromotionCase
from workflow.moment import At
from workflow.vocabulary import CompetitionState, Stage


def competition_for(act: Act, case: PromotionCase) -> Competition | None:
    """The announced competition that takes the case in, or will as the next to open, locked; else None."""
    announced = (
        select(Competition)
        .join(PromotionCase, _is_meant_for())
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.id == case.id, _reaches_candidate(), Competition.closes_at > act.now)
        .order_by(Competition.opens_at, Competition.id)
    )
    # Locked, so that entries are not closed for the others alone in the meantime.
    return act.first(announced.with_for_update(of=Competition, key_share=True))


def waiting_for(act: Act, competition: Competition) -> Sequence[PromotionCase]:
    """The cases that wait for this competition, none if it is not open, locked until the act is over."""
    pairs = waiting(act.now).where(Competition.id == competition.id).with_only_columns(PromotionCase.id)
    # Locked first and read afterwards, as the door does.
    locked = act.all(pairs.order_by(PromotionCase.id).with_for_update(of=PromotionCase, key_share=True))
    query = select(PromotionCase).where(PromotionCase.id.in_(locked))
    return act.all(query.order_by(PromotionCase.id))


def waiting(now: At) -> Select[int, int]:
    """Query for cases that wait for a competition which is open, as (competition, case)."""
    entered = select(Entry.id).where(Entry.round_id == PromotionCase.round_id)
    return (
        select(Competition.id, PromotionCase.id)
        .join(PromotionCase, _is_meant_for())
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(
            PromotionCase.stage == Stage.COMPETITION,
            ~entered.exists(),
            _reaches_candidate(),
            Competition.opens_at <= now,
            Competition.closes_at > now,
        )
    )


def waiting_for_none(now: At) -> Select[int]:
    """Query for cases that wait for a competition although none that is announced will take them in."""
    entered = select(Entry.id).where(Entry.round_id == PromotionCase.round_id)
    coming = select(Competition.id).where(_is_meant_for(), _reaches_candidate(), Competition.closes_at > now)
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.COMPETITION, PromotionCase.stuck_reason.is_(None))
        .where(~entered.exists(), ~coming.exists())
    )


def _is_meant_for() -> ColumnElement[bool]:
    return and_(
        Competition.state == CompetitionState.ANNOUNCED,
        Competition.target_post == PromotionCase.target_post,
        Competition.target_level == PromotionCase.target_level,
        Competition.target_track == PromotionCase.target_track,
    )


def _reaches_candidate() -> ColumnElement[bool]:
    return departments.lies_in(Employee.department_id.expression, Competition.department_id.expression)
