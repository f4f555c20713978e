"""The right every route asks for: `allows` on each view, and the check that none is missing."""

from collections.abc import Callable, Collection, Iterator
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, g, request
from flask.typing import ResponseReturnValue

from api import idempotency, identity, preconditions, strict
from api.access.proofs import require_proof
from api.files import LARGEST_FILE
from api.limits import limits
from api.refusals import SignInRequired
from workflow.permissions import ALLOWED, Operation, require_role
from workflow.relations import Relation

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[..., Any]

_WITHOUT_CASE = frozenset(
    {
        Relation.ANYBODY,
        Relation.EVERYBODY,
        Relation.HR,
        Relation.DEPARTMENT_HR,
        Relation.AUDITOR,
        Relation.ADMIN,
    }
)


def allows(
    operation: Operation, *, reads: Collection[str] = ()
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Say which operation a view is; it stands above all other decorators of the view.

    A page says what it `reads`: "query", "form" or both; what resources read is in their schemas, but for
    a "file".

    Who is calling is found out first, then the scope of a token, then whether he has proved himself. The
    right is checked here unless the path names a `case_id`: then `changing`, `competing` and `seen` of
    `api.acting` check it with the case.
    """

    def guard(view: Callable[P, T]) -> Callable[P, T]:
        places = _input_places(view) | frozenset(reads)

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            g.operation = operation
            if "file" in places:
                request.max_content_length = LARGEST_FILE
            _admit(operation)
            strict.require_expected(request, places)
            return cast(T, _answered(operation, lambda: cast(ResponseReturnValue, view(*args, **kwargs))))

        guarded.__dict__["operation"] = operation  # read by `check_policy`
        return guarded

    return guard


def check_policy(app: Flask) -> None:
    """Stop the start if a route names no operation, or an operation has no route."""
    known = list(routes_of(app))
    unguarded = [f"{method} {rule}" for rule, method, operation in known if operation is None]
    unused = frozenset(Operation) - {operation for _, _, operation in known}
    blind = [
        f"{method} {rule}"
        for rule, method, operation in known
        if operation and not ALLOWED[operation] & _WITHOUT_CASE and "case_id" not in rule
    ]
    if unguarded or unused or blind:
        raise RuntimeError(
            f"routes without operation: {unguarded}; operations without route: {sorted(unused)}; "
            f"routes that need a case and name none: {blind}"
        )


def routes_of(app: Flask) -> Iterator[tuple[str, str, Operation | None]]:
    """Every route of the application as (path, method, operation)."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            of_method = getattr(getattr(view, "view_class", None), method.lower(), view)
            yield rule.rule, method, cast(Operation | None, getattr(of_method, "operation", None))


def _answered(operation: Operation, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    if preconditions.needs_tag(operation):
        preconditions.require_tag()
        view = partial(preconditions.labelled, view)
    return idempotency.once(view) if idempotency.needs_key(operation) else view()


def _admit(operation: Operation) -> None:
    if Relation.ANYBODY in ALLOWED[operation]:
        if operation is not Operation.READ_HEALTH:
            limits().count_address()
        return
    caller = request.environ.get(identity.KNOWN) or _found()
    g.caller, g.person, g.session = caller, caller.person, caller.session
    caller.require_scope(operation)
    is_about_case = "case_id" in (request.view_args or {})
    if not is_about_case and Relation.EVERYBODY not in ALLOWED[operation]:
        require_role(caller.roles, operation)
    require_proof(operation, caller.session)


def _found() -> identity.Caller:
    try:
        caller = identity.caller()
    except SignInRequired:
        limits().count_address()
        raise
    limits().count_person(caller)
    return caller


def _input_places(view: View) -> frozenset[str]:
    described = getattr(view, "_apidoc", {}).get("arguments", {})
    return frozenset(parameter["in"] for parameter in described.get("parameters", ()))
