"""The directory of people and departments."""

from tests.api.conftest import ClientFor
from tests.company import Company


def test_people_are_found_by_part_of_name_or_number(client_for: ClientFor) -> None:
    person = client_for("C")
    by_name = person.get("/api/v1/employees?q=person p1").get_json()["items"]
    assert [line["number"] for line in by_name] == ["P1"]
    assert person.get("/api/v1/employees?q=%25").get_json()["items"] == []


def test_a_person_is_shown_as_a_directory_does(client_for: ClientFor) -> None:
    shown = client_for("P1").get("/api/v1/employees/C").get_json()
    assert shown.pop("department") > 0
    assert shown == {
        "number": "C",
        "name": "Person C",
        "department_name": "Service",
        "site": "Head office",
        "track": "professional",
        "level": "intermediate",
        "post": "service_engineer",
        "manager": "L1",
        "manager_name": "Person L1",
        "is_active": True,
    }


def test_people_are_listed_by_department(client_for: ClientFor) -> None:
    person = client_for("C")
    service = next(
        unit for unit in person.get("/api/v1/departments").get_json()["items"] if unit["name"] == "Service"
    )
    assert service["head"] == "D1"
    found = person.get(f"/api/v1/employees?department={service['id']}").get_json()["items"]
    assert len(found) == 12


def test_people_who_have_left_are_looked_up_but_not_listed(client_for: ClientFor, company: Company) -> None:
    company.leaves("P1")
    person = client_for("C")
    assert person.get("/api/v1/employees?q=P1").get_json()["items"] == []
    assert person.get("/api/v1/employees/P1").get_json()["is_active"] is False


def test_an_unknown_number_is_not_found(client_for: ClientFor) -> None:
    assert client_for("C").get("/api/v1/employees/nobody").status_code == 404
