"""The database schema as the migrations build it: upgrading, and knowing when it is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest migration; does nothing when it is there."""
    if not behind(engine):
        return
    config = _config()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def behind(engine: Engine) -> bool:
    """Whether the schema is older than the migrations this code carries."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
