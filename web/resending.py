"""What somebody has typed into a form that was refused: shown again on its page, with what is wrong."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from web.picking import Doubt, Doubts

# No header of a client can have these names.
ENVIRON = "jinsheng.typed"
TOLD = "jinsheng.told"
_A_WORD = 20  # what is no longer is a number, a choice or a day
_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that comes back: to which act it belongs, its fields, and the problem the API has answered."""

    act: str = ""
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    problem: dict[str, Any] | None = None
    status: int = 200
    is_waiting: bool = False  # it was not sent: its sender had to sign in first
    has_no_form: bool = False  # its form stands on the page no more
    doubts: Doubts = field(default_factory=dict)  # of its fields that name people
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)  # of its fields, noted as they are drawn

    def by_itself(self) -> "Typed":
        """The same to be shown outside of any form."""
        return replace(self, has_no_form=True)

    @property
    def texts(self) -> list[str]:
        """What was typed in words."""
        own = [value for name, value in self.fields.items(multi=True) if not name.startswith("_")]
        return [value for value in own if len(value) > _A_WORD]

    def is_of(self, act: str) -> bool:
        """Whether it is the form of this act."""
        return self.act == act

    def value(self, act: str, name: str, otherwise: Any = "") -> Any:
        """What was typed into a field of this act's form, or else what stands in it at first."""
        return self.fields.get(name, "") if self.is_of(act) else otherwise

    def values(self, act: str, name: str, otherwise: Any = ()) -> Any:
        """The same of a field that may be given several times."""
        return self.fields.getlist(name) if self.is_of(act) else otherwise

    def doubts_of(self, act: str, name: str) -> list[Doubt]:
        """What is not sure about the people that a field of this act's form names."""
        return self.doubts.get(name, []) if self.is_of(act) else []

    def fault(self, act: str, name: str, locale: str) -> str | None:
        """What is wrong with a field of this act's form."""
        if not self.is_of(act) or self.problem is None:
            return None
        faults = self.problem["facts"].get("fields", ())
        said = (one["messages"][locale] for one in faults if _INDEX.sub(r".\1", one["path"]) == name)
        return next(said, None)

    def called(self, act: str, name: str, label: str, place: str) -> str:
        """Note what a field of this act's form is called on its page, and where it stands."""
        if self.is_of(act):
            self.labels.setdefault(name, (label, place))
        return ""

    def faults(self, locale: str) -> list[tuple[str, str, str]]:
        """What is wrong with fields: the label and place of each, or its path where the page has none."""
        found = ((self.problem or {}).get("facts") or {}).get("fields", ())
        named = ((self.labels.get(_INDEX.sub(r".\1", one["path"]), (one["path"], "")), one) for one in found)
        return [(label, place, one["messages"][locale]) for (label, place), one in named]

    def fault_of_item(self, act: str, key: str, locale: str) -> str | None:
        """What is wrong with one question or criterion of this act's form."""
        if not self.is_of(act) or self.problem is None:
            return None
        faults = self.problem["facts"].get("faults", ())
        said = (one["messages"][locale] for one in faults if key in (one.get("item"), one.get("criterion")))
        return next(said, None)

    def said(self, locale: str) -> str | None:
        """Why the form was refused."""
        return self.problem["messages"][locale] if self.problem else None


def typed() -> Typed | None:
    """What was typed, where this page is shown because of it."""
    given: Typed | None = request.environ.get(ENVIRON)
    return given


def told() -> Any:
    """What the act of a form on this page has answered, where it is told only here and now."""
    return request.environ.get(TOLD)
