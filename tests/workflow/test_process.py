"""The truth of the one table: every stage but the ends has a way on, every move asks what is checked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import process
from workflow.checklist import CHECKS
from workflow.errors import GuardsNotMet, NoSuchMove
from workflow.process import MOVES, Guard, Move, Trigger
from workflow.rules.verdict import Verdict, met, not_met, unknown
from workflow.vocabulary import ENDS, OPEN_STAGES, WAITING, Stage

FIGURE = """
    draft: nominated withdrawn
    nominated: review declined withdrawn
    review: competition committee declined review withdrawn
    competition: committee declined reserve withdrawn
    committee: notice review declined reserve withdrawn
    notice: mentoring review competition committee withdrawn
    mentoring: completed mentoring reverted withdrawn
    reserve: committee declined withdrawn
"""
ALL_MET: dict[Guard, Verdict] = dict.fromkeys(Guard, met("so"))


def test_the_table_draws_the_figure_of_the_process() -> None:
    drawn = {
        Stage(stage): {Stage(to) for to in ways.split()}
        for stage, ways in (line.strip().split(":") for line in FIGURE.strip().splitlines())
    }
    table = {stage: {move.to for move in process.moves_from(stage)} for stage in OPEN_STAGES | WAITING}
    assert table == drawn


@pytest.mark.parametrize("stage", sorted(Stage))
def test_every_stage_but_the_ends_has_a_way_on(stage: Stage) -> None:
    assert bool(process.moves_from(stage)) == (stage not in ENDS)


@pytest.mark.parametrize("stage", sorted(Stage))
def test_every_stage_can_be_reached_from_the_draft(stage: Stage) -> None:
    reached = {Stage.DRAFT}
    for _ in Stage:
        reached |= {move.to for move in MOVES if reached & set(move.sources)}
    assert stage in reached


@pytest.mark.parametrize("stage", sorted(OPEN_STAGES | WAITING))
def test_every_case_can_still_come_to_an_end(stage: Stage) -> None:
    reached = {stage}
    for _ in Stage:
        reached |= {move.to for move in MOVES if reached & set(move.sources)}
    assert reached & ENDS


@pytest.mark.parametrize("stage", sorted(Stage))
def test_no_trigger_leads_two_ways_from_one_stage(stage: Stage) -> None:
    triggers = sorted(move.trigger for move in process.moves_from(stage))
    assert all(one != other for one, other in pairwise(triggers))


def test_every_guard_has_a_check_and_is_asked_by_some_move() -> None:
    asked = {guard for move in MOVES for guard in move.guards}
    assert set(CHECKS) == asked == set(Guard)


def test_every_trigger_moves_something() -> None:
    assert {move.trigger for move in MOVES} == set(Trigger)


def test_nothing_is_withdrawn_once_it_has_effect() -> None:
    sources = {stage for move in MOVES if move.trigger is Trigger.WITHDRAW for stage in move.sources}
    assert sources == (OPEN_STAGES | WAITING) - {Stage.MENTORING}


@given(move=st.sampled_from(MOVES), data=st.data())
def test_a_move_is_made_once_every_guard_is_met(move: Move, data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(move.sources))
    assert process.next_stage(source, move.trigger, ALL_MET) is move.to
    assert process.move(source, move.trigger) is move


@given(move=st.sampled_from([move for move in MOVES if move.guards]), data=st.data())
def test_one_guard_that_is_not_met_or_unknown_holds_the_case_and_the_whole_checklist_is_told(
    move: Move, data: st.DataObject
) -> None:
    failing = data.draw(st.sampled_from(move.guards))
    answer = data.draw(st.sampled_from([not_met("not_so"), unknown("not_known")]))
    with pytest.raises(GuardsNotMet) as refused:
        process.next_stage(move.sources[0], move.trigger, {**ALL_MET, failing: answer})
    assert refused.value.facts["checklist"] == {**ALL_MET, failing: answer}


@given(stage=st.sampled_from(Stage), trigger=st.sampled_from(Trigger))
def test_a_trigger_that_is_not_in_the_table_moves_nothing(stage: Stage, trigger: Trigger) -> None:
    if any(move.trigger is trigger for move in process.moves_from(stage)):
        return
    with pytest.raises(NoSuchMove):
        process.next_stage(stage, trigger, ALL_MET)
    with pytest.raises(NoSuchMove):
        process.move(stage, trigger)
