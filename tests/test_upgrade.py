"""A database of the first schema becomes one of the newest, and what was under way in it goes on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, insert, select, text
from sqlalchemy.orm import Session

from server.schema import create_all
from tests.company import default_edition
from tests.databases import new_postgresql
from workflow.database import connect
from workflow.models import (
    ApprovalStep,
    Committee,
    Competition,
    Cycle,
    Entry,
    PromotionCase,
    StageRound,
    Task,
)
from workflow.vocabulary import CompetitionState, TaskKind

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
WINDOW = {"opens_on": date(2026, 3, 2), "closes_on": date(2026, 3, 16)}
CASE = {
    "target_track": "professional",
    "target_level": "senior",
    "target_post": "senior_service_engineer",
    "edition_id": 1,
    "nominated_by_id": 1,
    "nominated_as": "manager",
    "opened_at": NOW,
    "is_contested": False,
    "statement": "",
    "evidence": {},
    "version": 1,
    "journal_sequence": 0,
    "journal_head": "",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the first schema with people, cases, a committee and a competition."""
    engine = connect(
        f"sqlite:///{tmp_path / 'first.db'}" if request.param == "sqlite" else new_postgresql("first_schema")
    )
    create_all(engine, revision="0001")
    _fill(engine)
    yield engine
    engine.dispose()


def _fill(engine: Engine) -> None:
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for name, rows in _rows().items():
            connection.execute(insert(tables.tables[name]), rows)
        connection.execute(text("UPDATE promotion_case SET round_id = id"))


def _people() -> list[dict[str, Any]]:
    return [
        {
            "id": key,
            "number": f"N{key}",
            "name": f"Person {key}",
            "department_id": 1,
            "site_id": 1,
            "track": "professional",
            "level": "intermediate",
            "post": "service_engineer",
            "level_since": date(2023, 1, 1),
            "hired_on": date(2019, 1, 1),
            "locale": "en",
            "time_zone": "Asia/Shanghai",
            "is_active": True,
            "under_sanction": False,
        }
        for key in (1, 2, 3, 4)
    ]


def _cases() -> list[dict[str, Any]]:
    return [
        {
            **CASE,
            "id": 1,
            "candidate_id": 2,
            "stage": "notice",
            "effective_on": date(2026, 4, 1),
            "decided_at": NOW,
        },
        {**CASE, "id": 2, "candidate_id": 3, "stage": "reserve", "effective_on": None, "decided_at": None},
        {**CASE, "id": 3, "candidate_id": 4, "stage": "nominated", "effective_on": None, "decided_at": None},
    ]


def _bodies() -> dict[str, list[dict[str, Any]]]:
    """A committee and a competition at work."""
    return {
        "committee": [{"id": 1, "name": "Committee", "chair_id": 1, "is_standing": True}],
        "seat": [
            {
                "id": key,
                "committee_id": 1,
                "employee_id": key,
                "from_on": date(2026, 1, 1),
                "until_on": date(2027, 1, 1),
            }
            for key in (1, 2, 3)
        ],
        "competition": [
            {
                "id": 1,
                "name": "Post",
                "target_track": "management",
                "target_level": "senior",
                "target_post": "regional_manager",
                "seats": 1,
                "opened_by_id": 1,
                "state": "scoring",
                **WINDOW,
            }
        ],
        "entry": [{"id": 1, "competition_id": 1, "case_id": 2, "round_id": 2, "build_up": {}}],
        "judge": [{"id": 1, "competition_id": 1, "employee_id": 1}],
        "score": [{"entry_id": 1, "judge_id": 1, "criterion": "expertise", "value": 4}],
    }


def _rows() -> dict[str, list[dict[str, Any]]]:
    document = default_edition()
    edition = {"id": 1, "key": "default", "version": "1", "sha256": "0" * 64, "document": document}
    edition |= {"effective_from": date(2026, 1, 1), "review_by": date(2027, 1, 1), "published_at": NOW}
    cases = _cases()
    states = ("signed", "returned", "returned", "open", "waiting", "waiting")
    decided = (NOW, NOW, None, None, None, None)
    seats = ("line_manager", "department_head", "hr") * 2
    return {
        "department": [{"id": 1, "name": "Service"}],
        "site": [{"id": 1, "name": "Head office", "country": "CN", "time_zone": "Asia/Shanghai"}],
        "employee": _people(),
        "criteria_edition": [{**edition, "state": "published"}],
        "cycle": [{"id": 1, "name": "Spring", "edition_id": 1, **WINDOW}],
        "promotion_case": cases,
        "stage_round": [
            {
                "id": case["id"],
                "case_id": case["id"],
                "stage": case["stage"],
                "number": 1,
                "opened_at": NOW,
                "facts": {},
            }
            for case in cases
        ],
        "approval_step": [
            {"id": place, "round_id": 3, "position": place, "seat": seat, "state": state, "decided_at": at}
            for place, (seat, state, at) in enumerate(zip(seats, states, decided, strict=True), start=1)
        ],
        **_bodies(),
        "task": [
            {
                "id": 1,
                "kind": "fix_data",
                "case_id": 3,
                "round_id": 3,
                "opened_at": NOW,
                "due_at": NOW,
                "role": "hr",
                "state": "open",
                "version": 1,
            }
        ],
    }


def test_what_was_under_way_goes_on_after_the_upgrade(first: Engine) -> None:
    create_all(first)
    with Session(first) as db:
        on_notice, in_reserve = (db.get_one(PromotionCase, key) for key in (1, 2))
        assert on_notice.released_at == NOW
        assert on_notice.effect_at == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
        assert db.get_one(StageRound, in_reserve.round_id).due_at == datetime(2027, 3, 2, 16, 0, tzinfo=UTC)
        chain = db.execute(select(ApprovalStep.attempt, ApprovalStep.group).order_by(ApprovalStep.position))
        assert [tuple(step) for step in chain] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
        assert db.get_one(Committee, 1).size == 3
        assert db.get_one(Cycle, 1).opens_drafts is False
        assert db.get_one(Task, 1).kind is TaskKind.SETTLE_ELIGIBILITY


def test_a_competition_keeps_its_days_its_panel_and_its_sheets(first: Engine) -> None:
    create_all(first)
    with Session(first) as db:
        contest, entry = db.get_one(Competition, 1), db.get_one(Entry, 1)
        assert (contest.state, contest.edition_id) == (CompetitionState.SCORED, 1)
        assert contest.opens_at == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
        assert contest.closes_at == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
        assert (entry.panel, entry.rounds) == (1, {})


def test_a_second_upgrade_changes_nothing(first: Engine) -> None:
    create_all(first)
    create_all(first)
    with Session(first) as db:
        assert len(db.scalars(select(PromotionCase)).all()) == 3
