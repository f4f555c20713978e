"""The database itself refuses what the domain forbids: every named rule is tried by a raw insert."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Connection, Engine, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    answers,
    approve_all,
    mentor_a_case,
    raters,
    score_all,
    seat_judges,
)
from tests.company import Company, a_company
from tests.databases import emptied_postgresql, fresh_sqlite
from tests.workflow.absent import away
from tests.workflow.votes import recuse
from workflow import contacts, emergencies, models, nominations, objections, rater_objections, reviews
from workflow.contacts import Listed
from workflow.models import AssignmentRecord, Base, CertificateRecord, Cycle, Employee, KeptApart, Waiver
from workflow.store import Door
from workflow.vocabulary import ApartBecause, AssignmentKind, PlanItemKind, Source, Stage

MODELS = (getattr(models, name) for name in models.__all__)
TABLES = {model.__tablename__ for model in MODELS if hasattr(model, "__tablename__")}


@dataclass(frozen=True)
class Try:
    """A copy of the newest row of a table with some columns changed, after a statement that prepares it."""

    table: str
    changed: dict[str, str] = field(default_factory=dict)
    after: str = ""


NEXT_PERSON = "(SELECT max(id) + 1 FROM employee)"
FIRST_PERSON = "(SELECT min(id) FROM employee)"
FIRST_ROUND = "(SELECT min(id) FROM stage_round)"
TO_A_CUSTOMER = (
    "UPDATE review_request SET rater_id = NULL, contact_id = (SELECT max(id) FROM review_contact), link = 'x'"
    " WHERE id = (SELECT max(id) FROM review_request)"
)
TRIES = {
    "stage_is_known": Try("promotion_case", {"stage": "'limbo'"}),
    "version_counts_from_one": Try("promotion_case", {"version": "0", "stage": "'declined'"}),
    "one_open_case_per_person_and_target": Try("promotion_case"),
    "what_waits_for_release_is_known": Try(
        "promotion_case", {"pending": "'perhaps'", "stage": "'committee'", "target_level": "'expert'"}
    ),
    "only_a_committees_decision_waits_for_release": Try(
        "promotion_case", {"pending": "'carry'", "stage": "'declined'"}
    ),
    "one_case_per_person_cycle_and_target": Try(
        "promotion_case",
        {"stage": "'declined'"},
        after="UPDATE promotion_case SET cycle_id = (SELECT max(id) FROM cycle) "
        "WHERE id = (SELECT max(id) FROM promotion_case)",
    ),
    "one_draft_per_person_and_cycle": Try(
        "promotion_case",
        {"stage": "'withdrawn'"},
        after="UPDATE promotion_case SET cycle_id = (SELECT max(id) FROM cycle), nominated_as = 'cycle' "
        "WHERE id = (SELECT max(id) FROM promotion_case)",
    ),
    "one_open_task_per_fact_and_department": Try(
        "task",
        after="UPDATE task SET kind = 'fix_data', state = 'open', subject_id = 1, detail = 'trainings' "
        "WHERE id = (SELECT max(id) FROM task)",
    ),
    "rounds_are_counted_once": Try("stage_round"),
    "one_finding_per_rule": Try("eligibility_finding"),
    "one_waiver_per_rule": Try("waiver"),
    "one_approver_per_position": Try("approval_step"),
    "one_form_per_rater_and_round": Try("review_request"),
    "one_form_per_customer_and_round": Try("review_request", {"link": "'new'"}, after=TO_A_CUSTOMER),
    "a_link_opens_one_form": Try("review_request", {"round_id": FIRST_ROUND}, after=TO_A_CUSTOMER),
    "a_form_is_asked_of_a_colleague_or_a_customer": Try("review_request", {"rater_id": "NULL"}),
    "only_customers_answer_by_link": Try("review_request", {"round_id": FIRST_ROUND, "link": "'new'"}),
    "a_form_says_something": Try(
        "sealed_form", {"request_id": "(SELECT min(id) FROM review_request)", "sealed": "NULL"}
    ),
    "a_colleague_is_listed_once_per_person": Try(
        "review_contact", after="DELETE FROM review_contact WHERE source = 'customer'"
    ),
    "a_customer_is_listed_once_per_person": Try("review_contact"),
    "customers_have_an_address_and_colleagues_a_number": Try("review_contact", {"email": "NULL"}),
    "nobody_is_ones_own_contact": Try(
        "review_contact", {"source": "'peer'", "person_id": "employee_id", "email": "NULL"}
    ),
    "one_objection_per_case_and_person": Try("rater_objection", {"number": "2"}),
    "objections_are_counted_once": Try("rater_objection", {"person_id": "1"}),
    "a_candidate_objects_to_two_raters_at_most": Try("rater_objection", {"number": "3", "person_id": "1"}),
    "an_objection_is_decided_by_somebody": Try(
        "rater_objection", {"number": "2", "person_id": "1", "state": "'upheld'"}
    ),
    "an_answer_is_one_to_five": Try("review_answer", {"id": "'new'", "value": "6"}),
    "a_competition_fills_a_seat": Try("competition", {"seats": "0"}),
    "a_competition_opens_before_it_closes": Try("competition", {"closes_on": "'2020-01-01'"}),
    "one_entry_per_round": Try("entry"),
    "one_seat_per_judge": Try("judge"),
    "a_score_is_one_to_five": Try("score", {"criterion": "'new'", "value": "5.5"}),
    "a_committee_has_an_odd_size": Try("committee", {"name": "'new'", "size": "4"}),
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
    "one_item_per_title_of_the_plan": Try("plan_item"),
    "one_performance_check_per_week": Try("performance_check"),
    "a_check_rates_from_one_to_five": Try("performance_check", {"week": "99", "rating": "6"}),
    "one_objection_per_person_and_round": Try("objection"),
    "an_upheld_objection_names_a_step": Try("objection", {"objector_id": "1", "state": "'upheld'"}),
    "one_letter_per_round_and_kind": Try("letter"),
    "a_case_takes_effect_once": Try("career_step"),
    "a_step_names_both_levels": Try("career_step", {"to_level": "''", "is_reversal": "NOT is_reversal"}),
    "one_person_per_number": Try("employee"),
    "nobody_manages_oneself": Try("employee", {"number": "'new'", "manager_id": NEXT_PERSON}),
    "one_rating_per_person_and_period": Try("performance_record"),
    "one_line_per_course_and_year": Try("training_record"),
    "one_line_per_person_and_certificate": Try("certificate_record"),
    "a_certificate_ends_after_it_was_obtained": Try(
        "certificate_record", {"certificate": "'new'", "valid_until": "'2020-01-01'"}
    ),
    "a_pair_is_kept_apart_once_for_a_reason": Try("kept_apart"),
    "a_pair_is_written_in_one_order": Try(
        "kept_apart", {"one_id": "other_id", "other_id": "one_id", "because": "'grievance'"}
    ),
    "one_line_per_kind_and_place": Try("assignment_record"),
    "one_document_per_edition": Try("criteria_edition", {"sha256": "'new'"}),
    "a_document_is_published_once": Try("criteria_edition", {"version": "'new'"}),
    "two_people_publish_criteria": Try(
        "criteria_edition",
        {
            "version": "'new'",
            "sha256": "'new'",
            "proposed_by_id": FIRST_PERSON,
            "published_by_id": FIRST_PERSON,
        },
    ),
    "nobody_is_his_own_substitute": Try("absence", {"substitute_id": "absent_id"}),
    "an_absence_ends_after_it_begins": Try("absence", {"ends_at": "begins_at"}),
    "two_people_open_a_case": Try(
        "emergency_access", {"granted_by_id": "asked_by_id", "ends_at": "asked_at"}
    ),
    "what_is_granted_has_an_end": Try("emergency_access", {"ends_at": "asked_at"}),
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
        pair = {"one_id": company.ids["P1"], "other_id": company.ids["P2"]}
        act.add(KeptApart(**pair, because=ApartBecause.RELATIVE, declared_at=act.now))
        act.add(CertificateRecord(employee_id=by, certificate="welding", obtained_on=date(2026, 1, 1)))
        act.add(AssignmentRecord(employee_id=by, kind=AssignmentKind.PROJECT, place="Logistics"))
        act.add(
            Waiver(case_id=case_id, rule="trainings", reason="Ill.", granted_by_id=by, granted_at=act.now)
        )
    away(company, "L1", "L2")
    company.do(emergencies.ask, case_id, "X1", reason="The page shows an error.")
    on_notice = a_case(company, at=Stage.NOTICE, candidate="P3")
    company.do(objections.object_to, on_notice, "P4", text="The figures are wrong.")
    mentored = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, mentored)
    with company.door.acting(now=company.now) as act:
        course = {"kind": PlanItemKind.TRAINING, "title": "Offers", "due_on": company.now.date()}
        act.add(models.PlanItem(mentorship_id=1, **course))
    contest = a_competition(company)
    contested = [a_contested_case(company, candidate=number) for number in ("P1", "P3")]
    seat_judges(company, contest)
    score_all(company, contest, dict.fromkeys(contested, 4))
    drive_a_review(company)


def drive_a_review(company: Company) -> None:
    """A list of contacts, an objection to a rater, and a form that is in."""
    colleague = Listed(Source.SUPERIOR, person="L2")
    customer = Listed(Source.CUSTOMER, name="Li Na", email="li@example.com", locale="en")
    with company.door.acting(now=company.now) as act:
        contacts.replace_lists(act, {"P5": [colleague, customer]})
    case_id = a_case(company, candidate="P5")
    with company.on(case_id, "P5") as (act, case):
        person = act.db.get_one(Employee, company.ids["L1"])
        rater_objections.object_to(act, case, person, reason="An old quarrel.")
    company.do(nominations.submit, case_id, "L1")
    approve_all(company, case_id)
    form = {"answers": answers(), "evidence": {}}
    company.do(reviews.submit_form, case_id, raters(company, case_id)[0], **form)


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
