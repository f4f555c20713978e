"""Dossiers: how one is asked for."""

from marshmallow import Schema, fields, validate

from translations import LOCALES


class DossierQuery(Schema):
    """In which language; else in that of its reader."""

    locale = fields.String(validate=validate.OneOf(LOCALES))
