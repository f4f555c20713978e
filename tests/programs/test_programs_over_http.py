"""Programs of random calls with hostile words in every text: no call fails, no law is broken."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.api.conftest import serving
from tests.programs.late_beginnings import BEGINNINGS
from tests.programs.laws import broken
from tests.programs.over_http import STEPS, Step, calls_of
from tests.programs.texts import words
from tests.programs.worlds import Worlds, on_postgresql, on_sqlite
from tests.workflow.begun import Beginning
from workflow.journal import verify

_PROGRAMS = int(os.environ.get("JINSHENG_PROGRAMS", "300")) // 10
_STEPS = int(os.environ.get("JINSHENG_STEPS", "30"))
_SEED = int(os.environ.get("JINSHENG_SEED", "0"))
_SETTINGS = settings(
    max_examples=_PROGRAMS,
    stateful_step_count=_STEPS,
    phases=(Phase.generate,),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Program(RuleBasedStateMachine):
    """One company, and what reaches it over HTTP."""

    def __init__(self, worlds: Worlds) -> None:
        super().__init__()
        self.worlds = worlds
        self.open = ExitStack()

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning: Beginning) -> None:
        self.world = self.open.enter_context(self.worlds(beginning))
        company = self.world.company
        app = self.open.enter_context(serving(company.door.engine, company))
        self.calls = calls_of(app, company)

    @rule(step=st.sampled_from(STEPS), number=st.integers(0, 2**32), typed=words)
    def something_is_asked(self, step: Callable[[Step], None], number: int, typed: str) -> None:
        company, trace = self.world
        step(Step(company, self.calls, trace, Random(number), typed))

    @invariant()
    def every_law_holds(self) -> None:
        with self.world.company.door.engine.connect() as db:
            assert broken(db) == []

    def teardown(self) -> None:
        with self.open, self.world.company.reading() as db:
            assert list(verify(db)) == []


@pytest.mark.slow
@pytest.mark.parametrize("worlds", [on_sqlite, on_postgresql], ids=["sqlite", "postgresql"])
def test_no_program_of_calls_fails_or_breaks_a_law(worlds: Worlds) -> None:
    run_state_machine_as_test(seed(_SEED)(partial(Program, worlds)), settings=_SETTINGS)
