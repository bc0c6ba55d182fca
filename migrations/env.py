"""Alembic's entry: runs the migrations on the engine that app.schema hands over."""

import pkgutil
from importlib import import_module

from alembic import context
from sqlalchemy import JSON, BigInteger
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app
from app.db import JsonType, UtcDateTime

for module in pkgutil.iter_modules(app.__path__):
    if module.ispkg and any(
        m.name == "models" for m in pkgutil.iter_modules([f"{app.__path__[0]}/{module.name}"])
    ):
        import_module(f"app.{module.name}.models")


def render(kind: str, thing: object, _context: object) -> str | bool:
    """How our own column types are written in a migration file."""
    if kind != "type":
        return False
    if isinstance(thing, UtcDateTime):
        return "app.db.UtcDateTime()"
    if thing is JsonType or isinstance(thing, JSON):
        return "app.db.JsonType"
    if isinstance(thing, AutoString):
        return "sa.String()"
    if isinstance(thing, BigInteger):
        return "app.db.BigId"
    return False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    sqlite = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render,
        render_as_batch=sqlite is not None,
    )
    if sqlite is not None:
        # A table is dropped to be built anew, while rows of others refer to it. Heeded outside a transaction only.
        sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        if sqlite is not None:
            sqlite.execute("PRAGMA foreign_keys=ON")
