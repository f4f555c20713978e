"""The database itself refuses what the domain forbids: every named rule is tried by a raw insert."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Connection, Engine, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from tests.builders import a_case, a_competition, a_contested_case, mentor_a_case, score_all, seat_judges
from tests.company import Company, a_company
from tests.databases import emptied_postgresql, fresh_sqlite
from tests.workflow.votes import recuse
from workflow import models
from workflow.models import Base, Cycle, Waiver
from workflow.store import Door
from workflow.vocabulary import Stage

TABLES = {getattr(models, name).__tablename__ for name in models.__all__ if name != "Base"}


@dataclass(frozen=True)
class Try:
    """A copy of the newest row of a table with some columns changed, after a statement that prepares it."""

    table: str
    changed: dict[str, str] = field(default_factory=dict)
    after: str = ""


NEXT_PERSON = "(SELECT max(id) + 1 FROM employee)"
TRIES = {
    "stage_is_known": Try("promotion_case", {"stage": "'limbo'"}),
    "version_counts_from_one": Try("promotion_case", {"version": "0", "stage": "'declined'"}),
    "one_open_case_per_person_and_target": Try("promotion_case"),
    "rounds_are_counted_once": Try("stage_round"),
    "one_finding_per_rule": Try("eligibility_finding"),
    "one_waiver_per_rule": Try("waiver"),
    "one_approver_per_position": Try("approval_step"),
    "one_form_per_rater_and_round": Try("review_request"),
    "an_answer_is_one_to_five": Try("review_answer", {"id": "'new'", "value": "6"}),
    "a_competition_fills_a_seat": Try("competition", {"seats": "0"}),
    "a_competition_opens_before_it_closes": Try("competition", {"closes_on": "'2020-01-01'"}),
    "one_entry_per_round": Try("entry"),
    "one_seat_per_judge": Try("judge"),
    "a_score_is_one_to_five": Try("score", {"criterion": "'new'", "value": "5.5"}),
    "one_seat_per_member": Try("seat"),
    "one_recusal_per_member_and_case": Try("recusal"),
    "votes_of_a_round_are_counted": Try("vote"),
    "one_open_vote_per_round": Try("vote", {"number": "2"}, after="UPDATE vote SET closed_at = NULL"),
    "a_ballot_is_one_of_four": Try("ballot_paper", {"pseudonym": "'new'", "choice": "'perhaps'"}),
    "one_mentorship_per_case": Try("mentorship"),
    "nobody_mentors_oneself": Try(
        "mentorship", {"mentor_id": "mentee_id", "case_id": "(SELECT max(id) FROM promotion_case)"}
    ),
    "one_check_in_per_day_of_the_plan": Try("check_in"),
    "a_case_takes_effect_once": Try("career_step"),
    "a_step_names_both_levels": Try("career_step", {"to_level": "''", "is_reversal": "NOT is_reversal"}),
    "one_person_per_number": Try("employee"),
    "nobody_manages_oneself": Try("employee", {"number": "'new'", "manager_id": NEXT_PERSON}),
    "one_rating_per_person_and_period": Try("performance_record"),
    "one_line_per_course_and_year": Try("training_record"),
    "one_document_per_edition": Try("criteria_edition", {"sha256": "'new'"}),
    "a_document_is_published_once": Try("criteria_edition", {"version": "'new'"}),
    "a_cycle_opens_before_it_closes": Try("cycle", {"name": "'new'", "closes_on": "'2020-01-01'"}),
    "a_task_waits_for_a_person_or_a_role": Try("task", {"assignee_id": "NULL", "role": "NULL"}),
    "one_entry_per_place_in_the_chain": Try("journal_entry"),
}


def drive(company: Company) -> None:
    """Put a row into every table that has a rule."""
    case_id = a_case(company, at=Stage.COMMITTEE, candidate="P2")
    recuse(company, case_id, "M7")
    with company.door.acting(now=company.now) as act:
        act.add(Cycle(name="Spring", edition_id=1, opens_on=date(2026, 3, 1), closes_on=date(2026, 4, 1)))
        by = company.ids["H1"]
        act.add(
            Waiver(case_id=case_id, rule="trainings", reason="Ill.", granted_by_id=by, granted_at=act.now)
        )
    mentor_a_case(company, a_case(company, at=Stage.MENTORING))
    contest = a_competition(company)
    contested = [a_contested_case(company, candidate=number) for number in ("P1", "P3")]
    seat_judges(company, contest)
    score_all(company, contest, dict.fromkeys(contested, 4))


def rules() -> dict[str, tuple[Table, list[str], bool]]:
    """Every named rule of the domain's tables: table, columns, whether it is a check."""
    found = {}
    for table in (Base.metadata.tables[name] for name in TABLES):
        checks = [one for one in table.constraints if isinstance(one, CheckConstraint) and one.name]
        found.update({str(one.name): (table, [], True) for one in checks})
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        named = [one for one in (*unique, *table.indexes) if getattr(one, "unique", True)]
        found.update(
            {str(one.name): (table, [column.name for column in one.columns], False) for one in named}
        )
    return {name: rule for name, rule in found.items() if not name.endswith("_unique")}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def populated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("constraints")
    engine = fresh_sqlite(folder) if request.param == "sqlite" else emptied_postgresql()
    drive(a_company(Door(engine)))
    yield engine
    engine.dispose()


def insert_copy(connection: Connection, attempt: Try) -> None:
    table = Base.metadata.tables[attempt.table]
    names = [column.name for column in table.columns]
    has_number = "id" in names and attempt.table != "review_answer"
    fresh = {"id": f"(SELECT max(id) + 1 FROM {attempt.table})"} if has_number else {}
    values = ", ".join({**fresh, **attempt.changed}.get(name, name) for name in names)
    key = "id" if has_number else names[0]
    connection.exec_driver_sql(
        f"INSERT INTO {attempt.table} ({', '.join(names)}) "
        f"SELECT {values} FROM {attempt.table} ORDER BY {key} DESC LIMIT 1"
    )


@pytest.mark.parametrize("rule", TRIES)
def test_the_database_refuses_what_the_rule_forbids(populated: Engine, rule: str) -> None:
    table, columns, is_check = rules()[rule]
    attempt = TRIES[rule]
    with populated.connect() as connection:
        if attempt.after:
            connection.exec_driver_sql(attempt.after)
        with pytest.raises(IntegrityError) as refused:
            insert_copy(connection, attempt)
        connection.rollback()
    # SQLite names the rule of a check, and the columns of a unique key.
    says_columns = populated.dialect.name == "sqlite" and not is_check
    expected = ", ".join(f"{table.name}.{name}" for name in columns) if says_columns else rule
    assert expected in str(refused.value.orig)


def test_every_named_rule_is_tried() -> None:
    assert set(TRIES) == set(rules())
