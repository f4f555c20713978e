"""What the API keeps: passwords, sessions and tokens, only as hashes, and answers for whoever asks again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Name


class Account(Base):
    """That a person may sign in with a password."""

    __tablename__ = "account"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200), repr=False)
    password_set_at: Mapped[datetime]


class AccessSession(Base):
    """A browser in which somebody is signed in: when it was last used, and when he last proved who he is."""

    __tablename__ = "access_session"
    __table_args__ = (UniqueConstraint("digest", name="one_session_per_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), repr=False)
    browser: Mapped[Name]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]


class PasswordReset(Base):
    """A link to a new password that has been asked for; what makes it open stands in the mail only."""

    __tablename__ = "password_reset"

    handle: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SecondFactor(Base):
    """The secret that an authenticator app shares with the service, sealed; in use once it is confirmed.

    `last_step` is the half minute whose code was used last: neither it nor an earlier one is used again.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(repr=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands once for one of the app; deleted when it is used."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True, repr=False)


class ExternalIdentity(Base):
    """Who somebody is at a provider of single sign-on: the issuer, and a subject it never uses again."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("person_id", "issuer", name="one_identity_per_person_and_issuer"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    linked_at: Mapped[datetime]


class Passkey(Base):
    """The public half of a key that lives on somebody's device."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("credential_id", name="one_passkey_per_credential"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    name: Mapped[Name]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class PasskeyChallenge(Base):
    """What a browser was asked to sign and has not signed yet: each is answered once."""

    __tablename__ = "passkey_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class FailedTries(Base):
    """How often somebody has failed to get in, by a keyed digest of whom he gave or where he came from."""

    __tablename__ = "failed_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    next_at: Mapped[datetime]


class PersonalToken(Base):
    """A key for programs that act for a person in some scopes until a day."""

    __tablename__ = "personal_token"
    __table_args__ = (
        UniqueConstraint("digest", name="one_token_per_digest"),
        CheckConstraint("created_at < expires_at", name="a_token_expires_after_it_was_made"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    name: Mapped[Name]
    digest: Mapped[str] = mapped_column(String(64), repr=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    scopes: Mapped[list[Any]] = mapped_column(default_factory=list)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class CalendarFeed(Base):
    """That somebody's due dates can be read behind a secret address, of which only a digest is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("digest", name="one_calendar_per_address"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), repr=False)
    created_at: Mapped[datetime]


class KeptAnswer(Base):
    """What was answered to a POST under a key, so that a repeat of it does nothing twice."""

    __tablename__ = "kept_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    route: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), repr=False)
    status: Mapped[int]
    until: Mapped[date] = mapped_column(index=True)
    headers: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    body: Mapped[str] = mapped_column(Text, default="", repr=False)
