"""What is on file about oneself."""

from typing import Any

from marshmallow import Schema, fields


def _records() -> Any:
    return fields.List(fields.Dict(keys=fields.String()), required=True)


class OwnData(Schema):
    """Records by kind; other people are not named, and what is not told yet is left out."""

    as_of = fields.AwareDateTime(required=True)
    person = _records()
    roles = _records()
    role_proposals = _records()
    demographics = _records()
    career = _records()
    performance = _records()
    trainings = _records()
    certificates = _records()
    assignments = _records()
    relatives = _records()
    corrections = _records()
    cases = _records()
    absences = _records()
    tasks = _records()
    acts = _records()
    secret_acts = _records()
    reviews_asked = _records()
    objections = _records()
    emergencies = _records()
    committees = _records()
    judging = _records()
    notes_as_mentor = _records()
    mails = _records()
    refused_addresses = _records()
    unwanted_mails = _records()
    access = _records()
    identities = _records()
    passkeys = _records()
    sessions = _records()
    tokens = _records()
    calendar_feed = _records()
    webhooks = _records()
