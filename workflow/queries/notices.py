"""The public notices: decisions that stand in everybody's sight before they take effect."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, select

from workflow.models import Employee, Objection, PromotionCase, StageRound
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import Level, Stage, Track


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Who is to be promoted to what, how long the notice stands, and whether the reader has objected."""

    case_id: int
    candidate: Person
    target_track: Track
    target_level: Level
    target_post: str
    posted_at: datetime
    until: datetime | None
    effective_on: date | None
    have_i_objected: bool


def on_notice(reader_id: int) -> Select[Any]:
    """Query for the NoticeLines that stand now, ordered by `PromotionCase.id`."""
    objected = exists().where(
        Objection.round_id == PromotionCase.round_id, Objection.objector_id == reader_id
    )
    shape = Shaped(
        "notice",
        NoticeLine,
        PromotionCase.id,
        person_of("candidate", Employee),
        PromotionCase.target_track,
        PromotionCase.target_level,
        PromotionCase.target_post,
        StageRound.opened_at,
        StageRound.due_at,
        PromotionCase.effective_on,
        objected.label("have_i_objected"),
    )
    return (
        select(shape)
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.NOTICE)
    )
