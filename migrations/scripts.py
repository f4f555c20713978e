"""Runs a migration that is written out for each database beside its Python file, and checks what it left."""

from pathlib import Path

from sqlalchemy import Connection


def run(connection: Connection, migration: str) -> None:
    """Run the script of a migration's file for the database at hand, one statement after the other."""
    script = Path(migration).with_suffix(f".{connection.dialect.name}.sql")
    for statement in script.read_text("utf-8").split(";\n\n"):
        connection.exec_driver_sql(statement.removesuffix(";\n"))


def check_references(connection: Connection) -> None:
    """Refuse an upgrade of SQLite after which a row refers to nothing (RuntimeError)."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"rows that refer to nothing: {broken[:10]}")
