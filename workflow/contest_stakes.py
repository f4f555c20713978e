"""Whoever has a stake in a competition: entrants, others on the way to its post, and who is kept apart."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from workflow.kept_apart import are_apart
from workflow.models import Competition, Entry, PromotionCase, aliased
from workflow.relations import is_running

# Aliases cost more to make than to use.
_CONTEST, _ENTRY = aliased(Competition), aliased(Entry)
_ENTERED, _ON_ITS_WAY = aliased(PromotionCase), aliased(PromotionCase)


def has_stake_in(competition: Any, person: Any) -> ColumnElement[bool]:
    """Condition on two keys: the person neither runs the competition nor reads what is not told of it."""
    return or_(wants_a_seat_of(competition, person), is_apart_from_entrants_of(competition, person))


def wants_a_seat_of(competition: Any, person: Any) -> ColumnElement[bool]:
    """Condition on two keys: the person has entered the competition, or is on the way to its post."""
    is_on_the_way = exists().where(
        _CONTEST.id == competition,
        _ON_ITS_WAY.candidate_id == person,
        is_running(_ON_ITS_WAY),
        _ON_ITS_WAY.target_post == _CONTEST.target_post,
        _ON_ITS_WAY.target_level == _CONTEST.target_level,
        _ON_ITS_WAY.target_track == _CONTEST.target_track,
    )
    has_entered = exists().where(_is_entrant(competition), _ENTERED.candidate_id == person)
    # Said in words, because what stands two levels further out is not correlated by itself.
    return or_(
        is_on_the_way.correlate_except(_CONTEST, _ON_ITS_WAY), has_entered.correlate_except(_ENTRY, _ENTERED)
    )


def is_apart_from_entrants_of(competition: Any, person: Any) -> ColumnElement[bool]:
    """Condition on two keys: the person is kept apart from somebody who has entered the competition."""
    is_apart = are_apart(_ENTERED.candidate_id, person)
    return exists().where(_is_entrant(competition), is_apart).correlate_except(_ENTRY, _ENTERED)


def _is_entrant(competition: Any) -> ColumnElement[bool]:
    return and_(_ENTRY.competition_id == competition, _ENTERED.id == _ENTRY.case_id)
