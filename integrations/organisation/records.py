"""What is on file about people besides their own row: ratings, trainings, certificates, attributes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from integrations.organisation.people import Person
from workflow.act import Act
from workflow.models import (
    AssignmentRecord,
    CertificateRecord,
    Demographics,
    PerformanceRecord,
    TrainingRecord,
    bare_table,
)
from workflow.vocabulary import AssignmentKind

ANYWHERE = "any"
_DEMOGRAPHICS = ("gender", "birth_year", "education")

Model = (
    type[PerformanceRecord]
    | type[TrainingRecord]
    | type[CertificateRecord]
    | type[AssignmentRecord]
    | type[Demographics]
)
Key = tuple[Any, ...]


def load_records(act: Act, given: frozenset[str], people: Mapping[int, Person]) -> set[int]:
    """Bring the records of these people, by key, in line; returns the keys of people with a change."""
    touched = _load(act, PerformanceRecord, ("employee_id", "period"), _ratings(people), set(people))
    touched |= _load(act, TrainingRecord, ("employee_id", "course", "year"), _trainings(people), set(people))
    touched |= _load(
        act, CertificateRecord, ("employee_id", "certificate"), _certificates(people), set(people)
    )
    touched |= _load(
        act, AssignmentRecord, ("employee_id", "kind", "place"), _assignments(people), set(people)
    )
    touched |= _load(act, Demographics, ("employee_id",), _demographics(given, people), set(people))
    return touched


def _ratings(people: Mapping[int, Person]) -> dict[Key, dict[str, Any]]:
    return {
        (key, period): {"overall": overall}
        for key, person in people.items()
        for period, overall in person.ratings.items()
    }


def _trainings(people: Mapping[int, Person]) -> dict[Key, dict[str, Any]]:
    return {
        (key, course, year): {"times": times}
        for key, person in people.items()
        for (course, year), times in person.trainings.items()
    }


def _certificates(people: Mapping[int, Person]) -> dict[Key, dict[str, Any]]:
    return {
        (key, certificate): {"obtained_on": obtained_on, "valid_until": valid_until}
        for key, person in people.items()
        for certificate, (obtained_on, valid_until) in person.certificates.items()
    }


def _assignments(people: Mapping[int, Person]) -> dict[Key, dict[str, Any]]:
    """The longest rotation and the number of projects, wherever they were."""
    rotations = {
        (key, AssignmentKind.ROTATION, ANYWHERE): {"months": person.rotation_months, "times": 1}
        for key, person in people.items()
        if person.rotation_months is not None
    }
    projects = {
        (key, AssignmentKind.PROJECT, ANYWHERE): {"months": 0, "times": person.projects}
        for key, person in people.items()
        if person.projects is not None
    }
    return rotations | projects


def _demographics(given: frozenset[str], people: Mapping[int, Person]) -> dict[Key, dict[str, Any]]:
    told = [column for column in _DEMOGRAPHICS if column in given]
    return {(key,): {column: getattr(person, column) for column in told} for key, person in people.items()}


def _load(
    act: Act, model: Model, key: tuple[str, ...], wanted: Mapping[Key, dict[str, Any]], people: set[int]
) -> set[int]:
    of_these = select(*model.__table__.columns).where(model.employee_id.in_(people))
    present = {tuple(row[part] for part in key): row for row in act.db.execute(of_these).mappings()}
    fresh, changed = [], []
    for place, values in wanted.items():
        row = present.get(place)
        # A certificate without a day is a fact, that it is not held; attributes without a value are none.
        tells_nothing = model is Demographics and all(value is None for value in values.values())
        if row is None and not tells_nothing:
            fresh.append({**dict(zip(key, place, strict=True)), **values})
        elif row is not None and any(row[column] != value for column, value in values.items()):
            changed.append({**row, **values})
    if fresh:
        act.db.execute(insert(bare_table(model)), fresh)
    if changed:
        act.db.execute(update(model), changed)
    return {row["employee_id"] for row in (*fresh, *changed)}
