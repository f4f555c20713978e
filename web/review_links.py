"""The page behind a customer's link: one form, no account, no script; what was typed is never lost."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from api import review_links
from api.policy import allows
from notifications import dates
from translations import LOCALES
from web.rendering import Pages, language, page
from workflow.errors import Busy, FormIncomplete, ReviewLinkOver
from workflow.permissions import Operation
from workflow.queries.review_links import LinkedForm

blueprint = Pages("review_links")

LONGEST_COMMENT = 5000
_CANNOT_JUDGE = "none"
_MARKS = {str(mark): mark for mark in range(1, 6)} | {_CANNOT_JUDGE: None}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a customer has entered so far: a mark, or "none", by item; and a comment."""

    marks: dict[str, str]
    comment: str

    @property
    def answers(self) -> dict[str, int | None]:
        """The marks as answers of a form."""
        return {item: _MARKS[mark] for item, mark in self.marks.items()}


@blueprint.get("/r/<token>")
@allows(Operation.ANSWER_BY_LINK, reads={"query"})
def show(token: str) -> Response:
    """What is asked, the form once it is begun, or why the link opens it no more; reading changes nothing."""
    try:
        form = review_links.opened(token)
        return _form(token, form, Typed({}, "")) if form.is_begun else _cover(token, form)
    except ReviewLinkOver as over:
        return _over(token, over)


@blueprint.post("/r/<token>")
@allows(Operation.ANSWER_BY_LINK, reads={"query", "form"})
def hand_in(token: str) -> BaseResponse:
    """Hand in the form; where that fails it comes back as it was typed, and says why."""
    try:
        form = review_links.opened(token)
        if not form.is_begun:
            return _back(token)
        typed = _typed(form)
        if len(typed.comment) > LONGEST_COMMENT:
            return _form(token, form, typed, status=422)
        return _handed_in(token, form, typed)
    except ReviewLinkOver as over:
        return _over(token, over)


@blueprint.post("/r/<token>/opening")
@allows(Operation.ANSWER_BY_LINK, reads={"query", "form"})
def begin(token: str) -> BaseResponse:
    """Begin to answer: from now on the link works for three days."""
    try:
        review_links.begin(token)
    except ReviewLinkOver as over:
        return _over(token, over)
    return _back(token)


@blueprint.post("/r/<token>/refusal")
@allows(Operation.ANSWER_BY_LINK, reads={"query", "form"})
def refuse(token: str) -> BaseResponse:
    """Say that one would rather not answer."""
    try:
        review_links.decline(token)
    except ReviewLinkOver as over:
        return _over(token, over)
    return _back(token)


def _handed_in(token: str, form: LinkedForm, typed: Typed) -> BaseResponse:
    try:
        review_links.hand_in(token, typed.answers, typed.comment)
    except FormIncomplete:
        return _form(token, form, typed, status=422)
    except Busy:
        return _form(token, form, typed, status=503)
    return _back(token)


def _typed(form: LinkedForm) -> Typed:
    """What came in, less what the form does not ask and what no text can hold."""
    given = {item.key: request.form.get(f"answer-{item.key}", "") for item in form.items}
    comment = request.form.get("comment", "").replace("\r\n", "\n")
    readable = "".join(sign for sign in comment if sign in "\n\t" or sign >= " ")
    return Typed({item: mark for item, mark in given.items() if mark in _MARKS}, readable)


def _cover(token: str, form: LinkedForm) -> Response:
    locale = language(form.locale)
    return page("cover.html", f"/r/{token}", locale, 200, form=form, facts=_facts(form, locale))


def _form(token: str, form: LinkedForm, typed: Typed, status: int = 200) -> Response:
    locale = language(form.locale)
    needed = ceil(form.answered_share * len(form.items))
    has_too_few = sum(value is not None for value in typed.answers.values()) < needed
    return page(
        "form.html",
        f"/r/{token}",
        locale,
        status,
        form=form,
        typed=typed,
        needed=needed,
        is_busy=status == 503,
        has_too_few=status == 422 and has_too_few,
        is_too_long=len(typed.comment) > LONGEST_COMMENT,
        limit=LONGEST_COMMENT,
        marks=range(1, 6),
        facts=_facts(form, locale),
    )


def _facts(form: LinkedForm, locale: str) -> dict[str, str]:
    # Where the time is over at midnight, the day before is the last one.
    last = form.due_at - timedelta(seconds=1)
    return {"candidate": form.candidate, "day": dates.day(last, form.time_zone, locale)}


def _over(token: str, over: ReviewLinkOver) -> Response:
    reason = str(over.facts.get("reason"))
    is_done = reason in ("link_used", "link_declined")
    locale = language(review_links.language_of(token))
    return page("over.html", f"/r/{token}", locale, 200 if is_done else 410, reason=reason, is_done=is_done)


def _back(token: str) -> BaseResponse:
    chosen = request.args.get("lang")
    return redirect(f"/r/{token}" + (f"?lang={chosen}" if chosen in LOCALES else ""), 303)
