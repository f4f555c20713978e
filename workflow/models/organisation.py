"""Departments, sites and the people in them, with what is on file about their work."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.elements import KeyedColumnElement

from workflow.models.base import Base, Name, as_value, columns
from workflow.vocabulary import ApartBecause, AssignmentKind, Level, Role, Track
from workflow.zones import lived_in


class Department(Base):
    """A unit of the organisation; the tree hangs on `parent_id`."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), default=None)
    head_id: Mapped[int | None] = mapped_column(
        ForeignKey("employee.id", use_alter=True, name="department_head_id_exists"), default=None
    )


class Site(Base):
    """A branch or office; its country says which days are worked, but for those the site says itself.

    `own_days` has by ISO date whether the day is worked and what it is called; they come with the site,
    so that counting working days asks nothing more of the database.
    """

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name] = mapped_column(unique=True)
    country: Mapped[str] = mapped_column(String(2), default="CN")
    time_zone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    own_days: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Employee(Base):
    """A person with an employee number; people who have left stay, inactive."""

    __tablename__ = "employee"
    __table_args__ = (
        UniqueConstraint("number", name="one_person_per_number"),
        CheckConstraint("manager_id IS NULL OR manager_id <> id", name="nobody_manages_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    number: Mapped[str] = mapped_column(String(64))
    name: Mapped[Name]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    track: Mapped[Track]
    level: Mapped[Level]
    post: Mapped[Name]
    level_since: Mapped[date] = mapped_column(Date)
    hired_on: Mapped[date] = mapped_column(Date)
    email: Mapped[str | None] = mapped_column(String(320), default=None)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None, index=True)
    locale: Mapped[str] = mapped_column(String(16), default="zh_Hans")
    own_time_zone: Mapped[str] = mapped_column("time_zone", String(64), default="Asia/Shanghai")
    is_active: Mapped[bool] = mapped_column(default=True)
    under_sanction: Mapped[bool] = mapped_column(default=False)

    department: Mapped[Department] = relationship(
        init=False, lazy="raise", foreign_keys=[department_id], repr=False
    )
    site: Mapped[Site] = relationship(init=False, lazy="joined", innerjoin=True, repr=False)

    @property
    def time_zone(self) -> str:
        """The zone in which the person lives; that of the site where what is on file names none."""
        return lived_in(self.own_time_zone, self.site.time_zone)


@cache
def columns_of_people() -> tuple[KeyedColumnElement[Any], ...]:
    """What is read of people who are values, from Employee and Site."""
    return *columns(Employee).values(), *columns(Site).values()


def person_as_value(row: Sequence[Any]) -> Employee:
    """Somebody as he stands on file, with his site, outside of any session."""
    of_person = len(columns(Employee))
    return as_value(Employee, row[:of_person], site=as_value(Site, row[of_person:]))


class RoleHolding(Base):
    """A role somebody holds beyond being an employee."""

    __tablename__ = "role_holding"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class HrField(Base):
    """That somebody is HR to the people of one department and of all below it, and to nobody else."""

    __tablename__ = "hr_field"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))


class RoleProposal(Base):
    """That an administrator wants somebody to hold a role, or not any more; a second person confirms."""

    __tablename__ = "role_proposal"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    is_given: Mapped[bool]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    proposed_at: Mapped[datetime]


class Demographics(Base):
    """Optional attributes that only the fairness board reads, kept apart from the person."""

    __tablename__ = "demographics"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    gender: Mapped[str | None] = mapped_column(String(32), default=None)
    birth_year: Mapped[int | None] = mapped_column(default=None)
    education: Mapped[str | None] = mapped_column(String(64), default=None)


class KeptApart(Base):
    """Two people who have no say in each other's cases, and why; which of them is which says nothing."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", "because", name="a_pair_is_kept_apart_once_for_a_reason"),
        CheckConstraint("one_id < other_id", name="a_pair_is_written_in_one_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    one_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    because: Mapped[ApartBecause]
    declared_at: Mapped[datetime]


class PerformanceRecord(Base):
    """One periodic rating, on the scale that the edition of the criteria names."""

    __tablename__ = "performance_record"
    __table_args__ = (UniqueConstraint("employee_id", "period", name="one_rating_per_person_and_period"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    period: Mapped[str] = mapped_column(String(16))
    overall: Mapped[float]


class TrainingRecord(Base):
    """How often a person attended trainings of one kind in one year."""

    __tablename__ = "training_record"
    __table_args__ = (UniqueConstraint("employee_id", "course", "year", name="one_line_per_course_and_year"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    course: Mapped[Name]
    year: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)


class CertificateRecord(Base):
    """A certificate somebody has obtained; without a day it is known that he does not hold it.

    `valid_until` is the last day on which it counts; None if it does not expire.
    """

    __tablename__ = "certificate_record"
    __table_args__ = (
        UniqueConstraint("employee_id", "certificate", name="one_line_per_person_and_certificate"),
        CheckConstraint(
            "valid_until IS NULL OR (obtained_on IS NOT NULL AND obtained_on <= valid_until)",
            name="a_certificate_ends_after_it_was_obtained",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    certificate: Mapped[str] = mapped_column(String(50))
    obtained_on: Mapped[date | None] = mapped_column(Date, default=None)
    valid_until: Mapped[date | None] = mapped_column(Date, default=None)


class AssignmentRecord(Base):
    """Rotations and projects in other departments: the longest stay in months, and how many there were."""

    __tablename__ = "assignment_record"
    __table_args__ = (UniqueConstraint("employee_id", "kind", "place", name="one_line_per_kind_and_place"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[AssignmentKind]
    place: Mapped[Name]
    months: Mapped[int] = mapped_column(default=0)
    times: Mapped[int] = mapped_column(default=1)


class CareerStep(Base):
    """A change of level, track, post, department or manager that took effect on a day."""

    __tablename__ = "career_step"
    __table_args__ = (
        UniqueConstraint("case_id", "is_reversal", name="a_case_takes_effect_once"),
        CheckConstraint("from_level <> '' AND to_level <> ''", name="a_step_names_both_levels"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    effective_on: Mapped[date] = mapped_column(Date)
    from_track: Mapped[Track]
    from_level: Mapped[Level]
    from_post: Mapped[Name]
    from_level_since: Mapped[date] = mapped_column(Date)
    to_track: Mapped[Track]
    to_level: Mapped[Level]
    to_post: Mapped[Name]
    is_reversal: Mapped[bool] = mapped_column(default=False)
    from_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), default=None)
    from_manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    to_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), default=None)
    to_manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
