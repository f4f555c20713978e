"""The directory: people and departments."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas import organisation as schemas
from api.strict import Resources
from workflow.errors import NotFound
from workflow.models import Department, Employee, aliased
from workflow.permissions import Operation
from workflow.queries import directory

blueprint = Resources("organisation", "People and departments")


@blueprint.route("/employees")
class EmployeesView(MethodView):
    """The people who work here."""

    @allows(Operation.READ_ORGANISATION)
    @blueprint.arguments(schemas.EmployeeQuery, location="query")
    @blueprint.response(200, schemas.EmployeePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """Find people, by number"""
        query = _people().where(Employee.is_active)
        if "q" in arguments:
            sought = (Employee.name, Employee.number)
            query = query.where(
                or_(*(column.icontains(arguments["q"], autoescape=True) for column in sought))
            )
        if "department" in arguments:
            query = query.where(Employee.department_id == arguments["department"])
        page = page_of(query, [Employee.number], arguments)
        return Page([_shown(*row) for row in page.items], page.next)


@blueprint.route("/employees/<number>")
class EmployeeView(MethodView):
    """One person."""

    @allows(Operation.READ_ORGANISATION)
    @blueprint.response(200, schemas.Employee)
    def get(self, number: str) -> dict[str, Any]:
        """Look a person up, also one who has left"""
        found = db.session.execute(_people().where(Employee.number == number)).first()
        if found is None:
            raise NotFound(kind="employee")
        return _shown(*found)


@blueprint.route("/people")
class PeopleView(MethodView):
    """Colleagues, to pick one of them."""

    @allows(Operation.READ_ORGANISATION)
    @blueprint.arguments(schemas.PeopleQuery, location="query")
    @blueprint.response(200, schemas.People)
    def get(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Find whom words may mean

        By parts of the name, the beginning of the number, or the department; each word has to fit. At most
        twenty of those who work here, the best first.
        """
        return {"items": directory.found(db.session(), arguments["q"])}


@blueprint.route("/departments")
class DepartmentsView(MethodView):
    """All departments."""

    @allows(Operation.READ_ORGANISATION)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, schemas.DepartmentPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the departments"""
        heads = aliased(Employee)
        query = select(Department, heads.number).outerjoin(heads, heads.id == Department.head_id)
        page = page_of(query, [Department.id], arguments)
        shown = [
            {"id": unit.id, "name": unit.name, "parent_id": unit.parent_id, "head_number": head}
            for unit, head in page.items
        ]
        return Page(shown, page.next)


def _people() -> Select[*tuple[Any, ...]]:
    managers = aliased(Employee)
    return (
        select(Employee, managers.number, managers.name)
        .outerjoin(managers, managers.id == Employee.manager_id)
        .options(joinedload(Employee.department))
    )


def _shown(employee: Employee, manager_number: str | None, manager_name: str | None) -> dict[str, Any]:
    columns = {column.key: getattr(employee, column.key) for column in Employee.__table__.columns}
    return {
        **columns,
        "department": employee.department,
        "site": employee.site,
        "manager_number": manager_number,
        "manager_name": manager_name,
    }
