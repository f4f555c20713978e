"""Input taken literally: strict JSON, known fields and arguments only, resources that parse so."""

import json
import re
from collections.abc import Callable, Collection
from typing import Any, NoReturn, TypeVar, cast
from unicodedata import normalize

import marshmallow
from flask import Request
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from api import faults
from api.refusals import InvalidInput, NotJson, NotJsonType

LARGEST_BODY = 256 * 1024
DEEPEST = 32
_LARGEST_INTEGER = 2**53
_DIGITS = re.compile(r"-?[0-9]+")  # Python reads 1_0 and the digits of every script as numbers too
View = TypeVar("View", bound=Callable[..., Any])
AnyView = TypeVar("AnyView", bound=Any)


class StrictParser(FlaskParser):
    """Reads bodies and query arguments for schemas, and refuses in our own words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 -- so declared by the parser it replaces
        "json": marshmallow.RAISE,
        "query": marshmallow.RAISE,
    }

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:
        """The body as strict JSON."""
        if not req.is_json:
            raise NotJsonType()
        return parse(req.get_data())

    def load_querystring(self, req: Request, schema: marshmallow.Schema) -> Any:
        """The query arguments, in the form in which texts are kept."""
        for name, field in schema.fields.items():
            if isinstance(field, marshmallow.fields.Integer) and not _DIGITS.fullmatch(
                req.args.get(name, "0")
            ):
                raise InvalidInput(fields=[faults.fault(name, "wrong_kind")])
        composed = MultiDict((name, normalize("NFC", value)) for name, value in req.args.items(multi=True))
        return self._makeproxy(composed, schema)

    def handle_error(
        self, error: marshmallow.ValidationError, req: Request, schema: Any, **_how: Any
    ) -> NoReturn:
        """Refuse with every field that breaks a rule."""
        raise InvalidInput(fields=faults.listed(error.messages)) from error


class Resources(Blueprint):  # type: ignore[misc]  # the library ships no types
    """A group of views of one subject under /api/v1, with strict input."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, description: str) -> None:
        """Name the group as its heading in the description of the API."""
        super().__init__(name, __name__, url_prefix="/api/v1", description=description)

    def route(self, rule: str, **options: Any) -> Callable[[AnyView], AnyView]:
        """Put a view under a path."""
        return cast(Callable[[AnyView], AnyView], super().route(rule, **options))

    def arguments(
        self, schema: type[marshmallow.Schema], *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """Give the view what came in, checked by the schema."""
        return cast(Callable[[View], View], super().arguments(schema(), location=location, **options))

    def doc(self, **described: Any) -> Callable[[View], View]:
        """Describe what no schema says."""
        return cast(Callable[[View], View], super().doc(**described))

    def response(
        self,
        status_code: int,
        schema: type[marshmallow.Schema] | dict[str, str] | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """Shape what the view gives back."""
        return cast(Callable[[View], View], super().response(status_code, schema, **options))


def parse(body: bytes) -> Any:
    """The value of a JSON text; raises NotJson for anything a strict reader would not accept."""
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_once_each,
            parse_constant=_refuse_number,
            parse_int=_integer,
            parse_float=_finite,
        )
    except RecursionError as error:
        raise NotJson(reason="nested_too_deep") from error
    except ValueError as error:
        raise NotJson(reason="unreadable") from error
    _check(value, 0)
    return _composed(value)


def require_expected(request: Request, places: Collection[str]) -> None:
    """Refuse query arguments and bodies that the view does not read."""
    if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
        raise InvalidInput(fields=[faults.fault("", "control_character")])
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidInput(fields=[faults.fault(name, "given_twice") for name in repeated])
    if "query" not in places and request.args:
        raise InvalidInput(fields=[faults.fault(name, "unknown_field") for name in request.args])
    if not {"json", "form", "file"} & set(places) and request.get_data():
        body = parse(request.get_data())
        if body != {}:
            names = body if isinstance(body, dict) else [""]
            raise InvalidInput(fields=[faults.fault(name, "unknown_field") for name in names])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = {normalize("NFC", name): _composed(value) for name, value in pairs}
    if len(fields) < len(pairs):
        raise NotJson(reason="name_twice")
    return fields


def _composed(value: Any) -> Any:
    """Texts in one form, however they were typed; objects have been seen to already."""
    if isinstance(value, str):
        return normalize("NFC", value)
    return [_composed(inner) for inner in value] if isinstance(value, list) else value


def _refuse_number(_number: str) -> NoReturn:
    raise NotJson(reason="number_out_of_range")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > _LARGEST_INTEGER:
        _refuse_number(digits)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        _refuse_number(digits)
    return number


def _check(value: Any, depth: int) -> None:
    if depth == DEEPEST and isinstance(value, dict | list):
        raise NotJson(reason="nested_too_deep")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)


def _check_text(text: str) -> None:
    # Databases cannot keep them: NUL on PostgreSQL, halves of surrogate pairs nowhere.
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise NotJson(reason="control_character")
