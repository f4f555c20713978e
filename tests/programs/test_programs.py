"""Acts of random people in random order: no program of them breaks a law of the process."""

import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, event, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.personal_words import personal_words
from tests.programs.acts import ACTS, Play
from tests.programs.deeds import DEEDS
from tests.programs.late_beginnings import BEGINNINGS
from tests.programs.laws import broken
from tests.programs.texts import words
from tests.programs.worlds import Worlds, on_postgresql, on_sqlite
from tests.workflow.begun import Beginning
from workflow.journal import verify
from workflow.vocabulary import TaskKind

SHARDS = 4
_PROGRAMS = int(os.environ.get("JINSHENG_PROGRAMS", "300"))
_STEPS = int(os.environ.get("JINSHENG_STEPS", "30"))
_SEED = int(os.environ.get("JINSHENG_SEED", "0"))
_SETTINGS = settings(
    max_examples=_PROGRAMS // SHARDS,
    stateful_step_count=_STEPS,
    phases=(Phase.generate,),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Program(RuleBasedStateMachine):
    """One company and what its people make of it."""

    def __init__(self, worlds: Worlds, chance: Random) -> None:
        super().__init__()
        self.worlds, self.chance = worlds, chance
        self.open = ExitStack()

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning: Beginning) -> None:
        self.chance.seed("what goes before")
        self.world = self.open.enter_context(self.worlds(beginning))
        self.chance.seed("the program")

    @rule(act=st.sampled_from(ACTS), number=st.integers(0, 2**32), typed=words)
    def something_happens(self, act: Callable[[Play], None], number: int, typed: str) -> None:
        company, trace = self.world
        act(Play(company, trace, Random(number), typed, lambda code: event(f"refused: {code}")))

    @invariant()
    def every_law_holds(self) -> None:
        with self.world.company.door.engine.connect() as db:
            assert broken(db) == []

    def teardown(self) -> None:
        with self.open, self.world.company.reading() as db:
            assert list(verify(db)) == []
            assert personal_words(db) == []


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> Random:
    """What the product draws by lot is drawn again when a program is run again."""
    source = Random(0)
    monkeypatch.setattr(secrets, "token_hex", lambda size: source.randbytes(size).hex())
    return source


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("worlds", [on_sqlite, on_postgresql], ids=["sqlite", "postgresql"])
def test_no_program_of_acts_breaks_a_law(worlds: Worlds, shard: int, chance: Random) -> None:
    program = seed(_SEED * SHARDS + shard)(partial(Program, worlds, chance))
    run_state_machine_as_test(program, settings=_SETTINGS)


def test_every_kind_of_task_is_done_in_the_programs() -> None:
    assert set(DEEDS) == set(TaskKind)
