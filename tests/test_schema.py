"""Migrations and models give the same schema, and the journal guards itself, on both databases."""

from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from tests.company import Company
from tests.databases import created_from_models
from workflow.models import Base


def described(engine: Engine) -> dict[str, Any]:
    looked = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in looked.get_columns(table)
            },
            "key": looked.get_pk_constraint(table)["constrained_columns"],
            "checks": sorted((c["name"] or "", c["sqltext"]) for c in looked.get_check_constraints(table)),
            "uniques": sorted(str(u["name"]) for u in looked.get_unique_constraints(table)),
            "indexes": sorted(str(index["name"]) for index in looked.get_indexes(table)),
            "references": sorted(str(key["name"]) for key in looked.get_foreign_keys(table)),
        }
        for table in Base.metadata.tables
    }


def test_the_migrations_give_the_schema_of_the_models(engine: Engine) -> None:
    with created_from_models(engine) as from_models:
        assert described(engine) == described(from_models)


@pytest.mark.parametrize(
    "change", ["UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry"], ids=["update", "delete"]
)
def test_the_database_refuses_to_change_the_journal(company: Company, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), company.door.engine.begin() as connection:
        connection.execute(text(change))
