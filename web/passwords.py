"""The pages on which somebody who cannot sign in asks for a new password and sets it, without scripts."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from api.access import resets
from api.policy import allows
from api.refusals import ResetLinkOver, TooManyTries
from web.rendering import Pages, language, of_browser, page
from workflow.errors import Invalid
from workflow.permissions import Operation

blueprint = Pages("passwords")

_ASK = "/password"
_LONGEST = 1000


@blueprint.get("/password")
@allows(Operation.RESET_PASSWORD, reads={"query"})
def show_asking() -> Response:
    """Where somebody says for whom a new password is wanted."""
    return page("ask_password.html", _ASK, of_browser(), state="asking")


@blueprint.post("/password")
@allows(Operation.RESET_PASSWORD, reads={"query", "form"})
def ask() -> Response:
    """Send a link, or not; the page says the same either way."""
    name = _typed("person")
    if not name:
        return page("ask_password.html", _ASK, of_browser(), 422, state="asking")
    try:
        resets.ask(name)
    except TooManyTries as refusal:
        facts = refusal.facts
        answer = page("ask_password.html", _ASK, of_browser(), 429, state="waiting", facts=facts)
        answer.headers["Retry-After"] = str(facts["seconds"])
        return answer
    return page("ask_password.html", _ASK, of_browser(), 202, state="asked")


@blueprint.get("/password/<token>")
@allows(Operation.RESET_PASSWORD, reads={"query"})
def show_setting(token: str) -> Response:
    """The form for a new password; reading changes nothing."""
    return _setting(token)


@blueprint.post("/password/<token>")
@allows(Operation.RESET_PASSWORD, reads={"query", "form"})
def set_new(token: str) -> BaseResponse:
    """Set the new password; where that is refused the page says why."""
    password, again = _typed("password"), _typed("again")
    if password != again:
        return _setting(token, reason="passwords_differ")
    try:
        locale = _of_person(token)
        resets.use(token, password)
    except ResetLinkOver:
        return _over()
    except Invalid as refusal:
        return _setting(token, **refusal.facts)
    return page("set_password.html", _ASK, locale, state="done")


def _setting(token: str, **refused: object) -> Response:
    try:
        person, locale = resets.whose(token), _of_person(token)
    except ResetLinkOver:
        return _over()
    status = 422 if refused else 200
    facts = {"number": person.number, **refused}
    return page("set_password.html", f"{_ASK}/{token}", locale, status, state="setting", facts=facts)


def _over() -> Response:
    return page("set_password.html", _ASK, of_browser(), 410, state="over")


def _typed(name: str) -> str:
    # No text of a form may hold what no database keeps; a new password with such a sign does not fit itself.
    return request.form.get(name, "")[:_LONGEST].replace("\0", "")


def _of_person(token: str) -> str:
    return language("zh_Hans" if resets.whose(token).locale.startswith("zh") else "en")
