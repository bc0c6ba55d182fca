import pytest
from pathlib import Path
from app import db as database, schema


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = database.open_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file
