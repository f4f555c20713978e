"""What the API refuses before the domain is asked: an unknown caller, a foreign site, unreadable input."""

from workflow.errors import Invalid, NotAllowed, NotFound, Overtaken, Refusal


class SignInRequired(Refusal):
    """Nobody is signed in, or the session or token is over."""

    code = "sign_in_required"


class WrongCredentials(SignInRequired):
    """Number and password do not belong together."""

    code = "wrong_credentials"


class CodeNeeded(SignInRequired):
    """The password is right; a code of the second factor is needed beside it."""

    code = "code_needed"


class WrongCode(SignInRequired):
    """The code is not the person's, is too old, or was used before."""

    code = "wrong_code"


class NoSecondFactor(NotFound):
    """The person has no second factor, or has not begun one."""

    code = "no_second_factor"


class PasskeyRefused(SignInRequired):
    """The passkey is not known here, or what it has signed is not what was asked just now."""

    code = "passkey_refused"


class SingleSignOnRefused(SignInRequired):
    """Whoever comes from the provider of single sign-on is not let in; `reason` says why."""

    code = "single_sign_on_refused"


class ProofNeeded(NotAllowed):
    """The session's person has not proved lately who he is."""

    code = "proof_needed"


class WrongProof(NotAllowed):
    """What was given does not prove that it is the session's person."""

    code = "wrong_proof"


class ResetLinkOver(Refusal):
    """The link to a new password has been used, has run out, or never was one."""

    code = "reset_link_over"


class TooManyTries(Refusal):
    """Too many tries to get in have failed; facts say how many seconds to wait."""

    code = "too_many_tries"


class CrossSite(NotAllowed):
    """A page of another site tried to act with this session."""

    code = "cross_site"


class NotJson(Invalid):
    """The body is not the JSON that is accepted; `reason` says why."""

    code = "not_json"


class NotJsonType(Invalid):
    """The body does not say that it is JSON."""

    code = "unsupported_media_type"


class NotTableType(NotJsonType):
    """The body is no table of a kind that is read."""

    code = "not_a_table"


class PdfNotInstalled(NotFound):
    """What draws papers, or a library it needs, is not installed; there is a page to print instead."""

    code = "pdf_not_installed"


class InvalidInput(Invalid):
    """Fields break their rules; `fields` lists path, reason and sentence of each."""

    code = "invalid_input"


class KeyMissing(Refusal):
    """The request does something, and brings no key by which a repeat of it could be known."""

    code = "idempotency_key_missing"


class KeyInUse(Overtaken):
    """A request with this key is under way."""

    code = "idempotency_key_in_use"


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class PreconditionRequired(Refusal):
    """The request changes something that exists, and does not say what has been seen of it."""

    code = "precondition_required"


class TooManyCalls(Refusal):
    """Somebody calls more often than he may; `seconds` says for how long to wait."""

    code = "too_many_calls"
