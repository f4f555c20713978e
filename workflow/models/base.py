"""The ground all tables stand on: typed columns, instants in UTC, enums as readable words."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    inspect,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    MappedAsDataclass,
    Session,
    make_transient_to_detached,
    mapped_column,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from workflow.errors import NewerVersion


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What it is here; cursors of lists are read by it."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware instant into UTC before it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant; SQLite keeps none of the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Known(dict[str | None, StrEnum | None]):
    """The words that are known, by themselves; and what is none."""

    def __missing__(self, word: str | None) -> StrEnum | None:
        raise NewerVersion(word=str(word))


class Word(TypeDecorator[StrEnum]):
    """A word of a vocabulary, readable in the database; raises NewerVersion for one not known here."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[StrEnum] = StrEnum) -> None:
        """Know the words."""
        super().__init__()
        self.words = words
        self._known = _Known({None: None} | {word.value: word for word in words})

    @property
    def python_type(self) -> type[StrEnum]:
        """What it is here; cursors of lists are read by it."""
        return self.words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Store the word itself."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Give back the word; a newer version that works on the same database may have written another."""
        return self._known[value]

    def _resolve_for_python_type(self, python_type: Any, *_matched_on: Any) -> "Word":
        return Word(python_type)  # for whatever kind of StrEnum a column is annotated with


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Common ground of all tables; constraint names are rules in words where a rule is meant."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_key",
            "fk": "%(table_name)s_%(column_0_name)s_exists",
            "uq": "%(table_name)s_%(column_0_N_name)s_unique",
            "ix": "%(table_name)s_by_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it once per class
        datetime: Instant(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        StrEnum: Word(),
    }


def bare_table(model: type[Base]) -> Table:
    """The table behind a model: filling it without the unit of work takes half the time."""
    return Base.metadata.tables[model.__tablename__]


Row = TypeVar("Row", bound=Base)


@cache
def columns(model: type[Base]) -> dict[str, KeyedColumnElement[Any]]:
    """The columns of a model in their order, by the names that it gives them."""
    return {name: one.columns[0] for name, one in inspect(model).column_attrs.items()}


def as_value(model: type[Row], values: Iterable[Any], **related: Any) -> Row:
    """What a row says, its values in the order of `columns`, outside of any session: nothing stores it.

    Of what it is related to it knows what is given.
    """
    made = inspect(model).class_manager.new_instance()
    made.__dict__.update(zip(columns(model), values, strict=True), **related)
    return cast(Row, made)


def as_object(db: Session, model: type[Row], values: Sequence[Any], **related: Any) -> Row:
    """The same as an object of the session, which stores what is changed of it, as if a query had found it.

    Where the session has the object already that one is given, with what has been changed of it and is not
    stored yet, or as the row says it is now.
    """
    known = db.identity_map.get(inspect(model).identity_key_from_primary_key((values[0],)))
    if known is not None:
        if not inspect(known).modified:
            known.__dict__.update(zip(columns(model), values, strict=True), **related)
        return cast(Row, known)
    made = as_value(model, values, **related)
    make_transient_to_detached(made)
    db.add(made)
    return made


Name = Annotated[str, mapped_column(String(200))]
Words = Annotated[str, mapped_column(Text)]
