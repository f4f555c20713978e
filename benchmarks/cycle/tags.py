"""What a client looks at before it changes something, and whose tag it sends back; as `docs/api.md` says."""

import re

# The case, competition, committee, list or decisions that a path begins with.
_THING = re.compile(
    r"/cases/\d+(?=/)|/competitions/\d+(?=/)|/committees/\d+(?=/seats)"
    r"|/employees/[^/]+/contacts|/cycles/\d+(?=/release)"
)
# What is done on one's own task, and the kinds of task it is done on.
_ON_TASK = (
    (re.compile(r"/cases/(\d+)/approvals"), ("approve",)),
    (re.compile(r"/cases/(\d+)/ballot"), ("cast_ballot",)),
    (re.compile(r"/cases/(\d+)/review/(?:form|draft|refusal)"), ("review",)),
    (re.compile(r"/competitions/\d+/entries/(\d+)/sheet(?:/confirmation)?"), ("score", "confirm_score")),
)


def thing(path: str) -> str | None:
    """The path on which the tag of what a change concerns is read, or None where it needs none."""
    found = _THING.match(path)
    if found is None:
        return None
    return found[0] + ("/decisions" if path.endswith("/release") else "")


def work(kind: str) -> str:
    """What a task is remembered by: the first kind of those on which the same is done."""
    return next((kinds[0] for _, kinds in _ON_TASK if kind in kinds), kind)


def task(path: str) -> tuple[int, tuple[str, ...]] | None:
    """The case and the kinds of one's own task on which something is done, or None."""
    for pattern, kinds in _ON_TASK:
        found = pattern.fullmatch(path)
        if found is not None:
            return int(found[1]), kinds
    return None
