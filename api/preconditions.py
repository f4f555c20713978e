"""Whoever changes something says what he has seen of it: which tag each operation asks for."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue

from api.plain import plain
from api.refusals import PreconditionRequired
from workflow.act import SeenTask
from workflow.errors import StaleVersion
from workflow.models import Base, PromotionCase
from workflow.permissions import Operation

O = Operation  # noqa: E741 -- a table is read more easily with short names
# The tag of `GET` on the case, competition, committee, list or decisions that the path names.
OF_ITS_THING = frozenset(
    {
        *(O.SUBMIT_NOMINATION, O.REVISE_NOMINATION, O.CONSENT, O.OPT_OUT, O.WITHDRAW, O.WAIVE),
        *(O.HAND_OVER, O.ADD_SIGNER, O.RETRY, O.RESCUE_REVIEW, O.OBJECT_TO_RATER, O.DECIDE_RATER_OBJECTION),
        *(O.RUN_COMPETITION, O.SEAT_COMMITTEE, O.KEEP_CONTACTS, O.REFER_TO_COMMITTEE, O.OPEN_BALLOT),
        *(O.RECORD_DECISION, O.RELEASE_DECISIONS, O.CALL_UP, O.DECIDE_OBJECTION),
        *(O.NAME_MENTOR, O.REFUSE_MENTORSHIP, O.AGREE_PLAN, O.NOTE_PROGRESS),
        *(O.CHECK_IN, O.CHECK_PERFORMANCE, O.CLOSE_MENTORING),
    }
)
# The tag of `GET` on one's own task: what others do meanwhile to the same case hinders nobody.
OF_A_TASK = frozenset({O.APPROVE, O.FILL_IN_REVIEW, O.SCORE, O.CAST_BALLOT})
# No tag, and why. A POST whose path names nothing makes something new and needs none either.
OF_NOTHING: dict[Operation, str] = {
    O.SIGN_IN: "begins something new",
    O.ACT_BY_PAGE: "what it stands for has a tag of its own",
    O.PROVE_ONESELF: "changes nothing but one's own session",
    O.SECURE_OWN_ACCESS: "changes what is one's own and has no versions",
    O.MANAGE_OWN_ACCESS: "ends what is one's own and has no versions",
    O.SUBSCRIBE: "changes or ends what is one's own and has no versions",
    O.MAKE_ROBOT: "makes, tries or ends what is one's own and has no versions",
    O.REPLAY: "sends once more what never changes",
    O.ANSWER_BY_LINK: "the link works once",
    O.END_DIGESTS: "does the same however often it is sent",
    O.CHOOSE_MAILS: "changes what is one's own and has no versions",
    O.RESET_PASSWORD: "the link works once",
    O.ASK_EMERGENCY: "adds a question",
    O.GRANT_EMERGENCY: "answers the one that is named, once",
    O.NOMINATE: "makes something new",
    O.OPEN_CYCLE: "makes something new",
    O.PUBLISH_CRITERIA: "makes something new, which never changes, or takes it back before it counts",
    O.NAME_SUBSTITUTE: "makes something new",
    O.END_SUBSTITUTION: "ends the one that is named",
    O.CORRECT_DATA: "adds to what is on file",
    O.COMPLETE_DATA: "what is on file is read anew",
    O.CHECK_CYCLE: "says only that one has looked",
    O.IMPORT_ORGANISATION: "says how things are, and the same file twice changes nothing",
    O.MANAGE_ROLES: "a second person says the same, and a role has no versions",
    O.MANAGE_DELIVERY: "a message waits or does not, and has no versions",
    O.VERIFY_JOURNAL: "changes nothing",
    O.KEEP_CALENDARS: "says how a day is, and the last word counts",
    O.WRITE_MAIL_TEXTS: "adds a version, and the one before is kept",
    O.KEEP_APART: "a pair is on file or not, and has no versions",
    O.APPROVE_IN_BULK: "each task is named with the version seen",
    O.COPY: "adds a reader, or takes away the one that is named",
    O.NUDGE: "changes nothing of the case",
    O.RECUSE: "whoever has a stake steps aside, whatever has changed",
    O.OBJECT: "adds an objection of one's own",
    O.ACKNOWLEDGE_LETTER: "a letter never changes",
    O.ACKNOWLEDGE_DUTIES: "the duties of an edition never change",
}
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TAG = '^"[!#-~]{1,100}"$'
_TASK = re.compile(r"task-(\d{1,9})-\d{1,9}")


def needs_tag(operation: Operation) -> bool:
    """Whether this request changes something that exists, which its sender must have seen."""
    return is_tagged(request.method, operation, has_parts=bool(request.view_args))


def is_tagged(method: str, operation: Operation, *, has_parts: bool) -> bool:
    """The same of a route, by whether its path names something."""
    return method in _CHANGING and has_parts and operation not in OF_NOTHING


def require_tag() -> None:
    """Refuse a change of something its sender does not say, by its one tag, to have seen.

    Raises PreconditionRequired.
    """
    if not re.fullmatch(TAG, request.headers.get("If-Match", "")):
        raise PreconditionRequired()


def labelled(view: Callable[[], ResponseReturnValue]) -> Response:
    """What the view answers, with the tag of what it has changed where the next change asks for it."""
    answer = make_response(view())
    case = g.get("changed")
    if case is not None and g.operation in OF_ITS_THING:
        answer.set_etag(tag_of(case))
    return answer


def tag_of(thing: PromotionCase | Any) -> str:
    """The tag of a case or task, which have versions; of anything else it is made of what is read."""
    if isinstance(thing, PromotionCase):
        return str(thing.version)
    if hasattr(thing, "version"):
        return f"task-{thing.id}-{thing.version}"
    if isinstance(thing, Base):
        thing = {column.key: getattr(thing, column.key) for column in thing.__table__.columns}
    return sha256(json.dumps(plain(thing), sort_keys=True).encode()).hexdigest()[:32]


def heading(thing: Any) -> dict[str, str]:
    """The tag of what is read, as the header of an answer."""
    return {"ETag": f'"{tag_of(thing)}"'}


def task_seen() -> int | None:
    """The task whose tag the request brings, if it asks for one."""
    if g.operation not in OF_A_TASK:
        return None
    return next((int(found[1]) for tag in request.if_match.as_set() if (found := _TASK.fullmatch(tag))), None)


def is_seen(tag: str) -> bool:
    """Whether the request was made by somebody who has seen this, or need not have."""
    return not needs_tag(g.operation) or request.if_match.contains(tag)


def is_case_seen(case: PromotionCase, task: SeenTask | None) -> bool:
    """The same for an act on a case, or on the person's own task; others' tasks are seen by nobody."""
    if g.operation not in OF_A_TASK:
        return is_seen(tag_of(case))
    return task is not None and task.case_id == case.id and task.is_own and is_seen(tag_of(task))


def require_seen(thing: Any) -> None:
    """Refuse a change of something that has changed since it was read (StaleVersion)."""
    if not is_seen(tag_of(thing)):
        raise StaleVersion()
