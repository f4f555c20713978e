"""Who may ask what of the routes that name no case: by role alone, what stands in a list is checked apart."""

from tests.matrix.oracle import EVERYBODY, Expected

HR = frozenset({"hr"})
EITHER_HR = frozenset({"hr", "department_hr"})  # HR to all, and to a department
AUDITOR = frozenset({"auditor"})
STAFF = EITHER_HR | AUDITOR
ADMINISTRATION = frozenset({"hr", "admin"})
# Routes that name no case; who may ask of them anything at all.
OUTSIDE: dict[str, frozenset[str]] = {
    "GET /session": EVERYBODY,
    "GET /tokens": EVERYBODY,
    "GET /departments": EVERYBODY,
    "GET /employees": EVERYBODY,
    "GET /people": EVERYBODY,
    "GET /sites": EVERYBODY,
    "GET /sites/<int:site_id>/days": EVERYBODY,
    "POST /sites/<int:site_id>/days": HR,
    "DELETE /sites/<int:site_id>/days/<on>": HR,
    "GET /employees/<number>": EVERYBODY,
    "GET /employees/<number>/contacts": HR,
    "GET /employees/<number>/standing": EVERYBODY,
    "GET /me/standing": EVERYBODY,
    "GET /editions": EVERYBODY,
    "GET /editions/<int:edition_id>": EVERYBODY,
    "GET /ladders": EVERYBODY,
    "GET /cycles": EVERYBODY,
    "GET /cycles/<int:cycle_id>": EVERYBODY,
    "GET /cycles/<int:cycle_id>/decisions": frozenset({"hr", "auditor"}),
    "GET /cycles/<int:cycle_id>/progress": STAFF,
    "GET /cycles/<int:cycle_id>/late-tasks": STAFF,
    "GET /cases": EVERYBODY,
    "GET /inbox": EVERYBODY,
    "GET /tasks/<int:task_id>": EVERYBODY,
    "GET /reviews": EVERYBODY,
    "GET /notices": EVERYBODY,
    "GET /competitions": EVERYBODY,
    "GET /competitions/<int:competition_id>": EVERYBODY,
    "GET /committees": EVERYBODY,
    "GET /committees/<int:committee_id>": EVERYBODY,
    "GET /committees/<int:committee_id>/agenda": frozenset({"member", "hr", "auditor"}),
    "GET /absences": EVERYBODY,
    "GET /emergency-accesses": EVERYBODY,
    "GET /me/sessions": EVERYBODY,
    "GET /me/data": EVERYBODY,
    "GET /me/corrections": EVERYBODY,
    "GET /stuck-cases": EITHER_HR,
    "GET /journal": STAFF,
    "GET /journal/export": AUDITOR,
    "POST /journal/verification": AUDITOR,
    "GET /deliveries": ADMINISTRATION,
    "GET /delivery-counts": ADMINISTRATION,
    "POST /deliveries/<int:delivery_id>/retry": ADMINISTRATION,
    "POST /deliveries/<int:delivery_id>/cancellation": ADMINISTRATION,
    "POST /organisation-imports": HR,
    "GET /roles": ADMINISTRATION | AUDITOR,
    "PUT /employees/<number>/roles/<any(hr, auditor, admin):role>": ADMINISTRATION,
    "DELETE /employees/<number>/roles/<any(hr, auditor, admin):role>": ADMINISTRATION,
    "GET /kept-apart": HR,
    "GET /me/relatives": EVERYBODY,
    "GET /data-gaps/<int:task_id>": EITHER_HR,
    "GET /webhook-subscriptions": ADMINISTRATION,
    "POST /editions": HR,
    "POST /editions/<int:edition_id>/publication": HR,
    "DELETE /editions/<int:edition_id>": HR,
    "POST /cycles": HR,
    "POST /cycles/<int:cycle_id>/acknowledgement": HR,
    "POST /cycles/<int:cycle_id>/release": HR,
    "POST /cases": EVERYBODY,
    "POST /approvals": EVERYBODY,
    "POST /me/corrections": EVERYBODY,
    "POST /data-gaps/<int:task_id>/completion": EITHER_HR,
    "POST /data-gaps/<int:task_id>/refusal": EITHER_HR,
    "POST /absences": EVERYBODY,
    "DELETE /absences/<int:absence_id>": EVERYBODY,
    "POST /kept-apart": HR,
    "DELETE /kept-apart/<one>/<other>/<any(relative, grievance):because>": HR,
    "PUT /employees/<number>/contacts": HR,
    "POST /committees": HR,
    "PUT /committees/<int:committee_id>/seats/<number>": HR,
    "DELETE /committees/<int:committee_id>/seats/<number>": HR,
    "POST /competitions": HR,
    "POST /competitions/<int:competition_id>/extension": HR,
    "POST /competitions/<int:competition_id>/cancellation": HR,
    "POST /competitions/<int:competition_id>/panel": HR,
    "PUT /competitions/<int:competition_id>/panel/<number>": HR,
    "POST /competitions/<int:competition_id>/shortlist": HR,
    "POST /competitions/<int:competition_id>/decision": HR,
    "POST /competitions/<int:competition_id>/call-up": HR,
    "POST /webhook-subscriptions": ADMINISTRATION,
    "DELETE /webhook-subscriptions/<int:subscription_id>": ADMINISTRATION,
    "DELETE /me/sessions": EVERYBODY,
    "DELETE /me/sessions/<int:session_id>": EVERYBODY,
    "POST /session/proof": EVERYBODY,
    "PUT /me/password": EVERYBODY,
    "GET /me/passkeys": EVERYBODY,
    "POST /me/passkeys": EVERYBODY,
    "POST /me/passkeys/options": EVERYBODY,
    "PUT /me/passkeys/<int:passkey_id>": EVERYBODY,
    "DELETE /me/passkeys/<int:passkey_id>": EVERYBODY,
    "POST /session/proof/passkey": EVERYBODY,
    "GET /me/second-factor": EVERYBODY,
    "POST /me/second-factor": EVERYBODY,
    "DELETE /me/second-factor": EVERYBODY,
    "POST /me/second-factor/confirmation": EVERYBODY,
    "POST /me/second-factor/recovery-codes": EVERYBODY,
    "POST /tokens": EVERYBODY,
    "DELETE /tokens/<int:token_id>": EVERYBODY,
}
# Not for the matrix: what begins and ends a session, and what whoever holds a link may do.
ANYBODYS = frozenset(
    {
        *("POST /session/passkey", "POST /session/passkey/options"),
        *("POST /session", "DELETE /session", "GET /openapi.json"),
        *("POST /password-resets", "GET /password-resets/<token>", "POST /password-resets/<token>"),
        *("GET /review-links/<token>", "PUT /review-links/<token>", "POST /review-links/<token>/refusal"),
        "POST /review-links/<token>/opening",
    }
)


def expected_outside(route: str, roles: frozenset[str] | None) -> Expected:
    """What a person of these roles is told on a route that names no case; None is somebody not signed in."""
    if roles is None:
        return Expected("sign_in_required")
    is_open = bool((roles | EVERYBODY) & OUTSIDE[route])
    return Expected(None if is_open else "not_allowed", is_open and not route.startswith("GET "))
