"""The 360-degree review: who may be asked and was, forms while sealed, and answers that name nobody."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words
from workflow.vocabulary import RaterObjectionState, RequestState, Source


class ReviewContact(Base):
    """Somebody HR has named for a person's reviews: a superior or peer from elsewhere, or a customer.

    Whoever is taken off the list stays on file, for forms may have been asked of him. A customer whose
    address has refused a mail is asked for nothing until he is listed anew.
    """

    __tablename__ = "review_contact"
    __table_args__ = (
        UniqueConstraint("employee_id", "person_id", name="a_colleague_is_listed_once_per_person"),
        UniqueConstraint("employee_id", "email", name="a_customer_is_listed_once_per_person"),
        CheckConstraint(
            "(source IN ('superior', 'peer') AND person_id IS NOT NULL AND email IS NULL)"
            " OR (source = 'customer' AND person_id IS NULL"
            " AND name IS NOT NULL AND email IS NOT NULL AND locale IS NOT NULL)",
            name="customers_have_an_address_and_colleagues_a_number",
        ),
        CheckConstraint("person_id IS NULL OR person_id <> employee_id", name="nobody_is_ones_own_contact"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    source: Mapped[Source]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    email: Mapped[str | None] = mapped_column(String(320), default=None)
    locale: Mapped[str | None] = mapped_column(String(16), default=None)
    is_listed: Mapped[bool] = mapped_column(default=True)
    refused_at: Mapped[datetime | None] = mapped_column(default=None)
    refused_because: Mapped[str | None] = mapped_column(String(200), default=None)


class ReviewRequest(Base):
    """That somebody was asked to review; says whether a form is in, never when nor what it says.

    `link` is the handle in a customer's link; without the signature of the service it opens nothing. Once
    its customer has opened the form, the link works `link_until`.
    """

    __tablename__ = "review_request"
    __table_args__ = (
        UniqueConstraint("round_id", "rater_id", name="one_form_per_rater_and_round"),
        UniqueConstraint("round_id", "contact_id", name="one_form_per_customer_and_round"),
        UniqueConstraint("link", name="a_link_opens_one_form"),
        CheckConstraint(
            "(rater_id IS NULL) <> (contact_id IS NULL)", name="a_form_is_asked_of_a_colleague_or_a_customer"
        ),
        CheckConstraint("(contact_id IS NULL) = (link IS NULL)", name="only_customers_answer_by_link"),
        Index("review_request_by_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    source: Mapped[Source]
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("review_contact.id"), default=None)
    link: Mapped[str | None] = mapped_column(String(32), default=None, repr=False)
    state: Mapped[RequestState] = mapped_column(default=RequestState.ASKED)
    is_other_team: Mapped[bool] = mapped_column(default=False)
    declined_because: Mapped[str | None] = mapped_column(Text, default=None)
    link_until: Mapped[datetime | None] = mapped_column(default=None)


class SealedForm(Base):
    """What a rater has written before the close, encrypted under the round's key.

    `sealed` is the form handed in, which counts; `draft` is still being written, and never does.
    """

    __tablename__ = "sealed_form"
    __table_args__ = (
        CheckConstraint("sealed IS NOT NULL OR draft IS NOT NULL", name="a_form_says_something"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("review_request.id"), primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    draft: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class RaterObjection(Base):
    """A person the candidate does not want as a rater, why, and what HR has decided."""

    __tablename__ = "rater_objection"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id", name="one_objection_per_case_and_person"),
        UniqueConstraint("case_id", "number", name="objections_are_counted_once"),
        CheckConstraint("number BETWEEN 1 AND 2", name="a_candidate_objects_to_two_raters_at_most"),
        CheckConstraint(
            "(state IN ('open', 'undecided')) = (decided_by_id IS NULL)",
            name="an_objection_is_decided_by_somebody",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[Words]
    filed_at: Mapped[datetime]
    state: Mapped[RaterObjectionState] = mapped_column(default=RaterObjectionState.OPEN)
    decision_reason: Mapped[str | None] = mapped_column(Text, default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class ReviewAnswer(Base):
    """One answered item after the close: no person, no time, no order; forms share a random key."""

    __tablename__ = "review_answer"
    __table_args__ = (
        CheckConstraint("value IS NULL OR value BETWEEN 1 AND 5", name="an_answer_is_one_to_five"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), index=True)
    form: Mapped[str] = mapped_column(String(32))
    source: Mapped[Source]
    item: Mapped[str] = mapped_column(String(64))
    value: Mapped[int | None]
    evidence: Mapped[str | None] = mapped_column(Text, default=None)


class ReviewOutcome(Base):
    """What was published once when the round closed: exact figures, the view people get, named forms."""

    __tablename__ = "review_outcome"

    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), primary_key=True)
    published_at: Mapped[datetime]
    score: Mapped[float | None]
    exact: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any]]
    named: Mapped[list[Any]] = mapped_column(default_factory=list)
