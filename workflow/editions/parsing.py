"""From the text of an edition, YAML or JSON, to a plain document and its canonical form."""

import hashlib
import json
from collections.abc import Hashable
from importlib import resources
from typing import Any

import yaml

from workflow.errors import BadEdition

Document = dict[str, Any]

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "seq", "map")}


def shipped() -> dict[str, str]:
    """Texts of the editions that come with the product, by their key."""
    folder = resources.files("workflow.editions")
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in files}


def resolve(text: str, known: dict[str, str]) -> str:
    """The whole document as canonical JSON where the text `extends` a known edition; else the text as it is.

    Sections are merged field by field; a list, such as the steps, replaces the list it extends.
    """
    document = parse(text)
    if "extends" not in document:
        return text
    base = document.pop("extends")
    if not isinstance(base, str) or base not in known:
        raise BadEdition(problems=[{"path": "extends", "reason": "not_one_of", "known": sorted(known)}])
    return _canonical(_merged(parse(known[base]), document))


def canonical(text: str) -> str:
    """The document as JSON with sorted keys and no spaces, the same for every spelling of it."""
    return _canonical(parse(text))


def digest(text: str) -> str:
    """SHA-256 of the canonical document in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical(text).encode()).hexdigest()


def parse(text: str) -> Document:
    """The plain document; raises `BadEdition` with the line where the text cannot be read."""
    try:
        document = _load(text)
    except _Misused as error:
        raise _unreadable(text, error, reason=str(error.problem)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(text, error, reason="syntax") from None
    except RecursionError:
        raise BadEdition(problems=[{"path": "", "reason": "too_deep"}]) from None
    if not isinstance(document, dict):
        raise BadEdition(problems=[{"path": "", "reason": "wrong_kind"}])
    return document


def _load(text: str) -> object:
    # JSON is YAML too, but its own parser is a hundred times as fast.
    if text.startswith("{"):
        try:
            return json.loads(text, object_pairs_hook=_without_duplicates)
        except json.JSONDecodeError:
            pass
    return yaml.load(text, Loader=_PlainLoader)


def _without_duplicates(pairs: list[tuple[str, object]]) -> Document:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _Misused(problem="duplicate_key")
    return document


class _Misused(yaml.MarkedYAMLError):
    """Good YAML that an edition may not use; `problem` is the reason."""


class _PlainLoader(yaml.SafeLoader):
    """YAML without surprises: every key a word said once, dates stay text, no aliases, no other types."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- PyYAML reads it from the class
        first: [(tag, pattern) for tag, pattern in resolvers if tag in _PLAIN_TAGS]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    yaml_constructors = {  # noqa: RUF012 -- PyYAML reads it from the class
        tag: construct
        for tag, construct in yaml.SafeLoader.yaml_constructors.items()
        if tag is None or tag in _PLAIN_TAGS
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases: a few lines of them can grow into a document without end."""
        if self.check_event(yaml.AliasEvent):
            raise _Misused(problem="alias", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Keys as they are written, each once."""
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(self.construct_scalar(key_node))
            if key in mapping:
                raise _Misused(problem="duplicate_key", problem_mark=key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


def _unreadable(text: str, error: Exception, *, reason: str) -> BadEdition:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
    return BadEdition(problems=[{"path": "", "reason": reason, "line": line}])


def _merged(base: Document, own: Document) -> Document:
    both = {name for name in own if isinstance(own[name], dict) and isinstance(base.get(name), dict)}
    return base | own | {name: _merged(base[name], own[name]) for name in both}


def _canonical(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
