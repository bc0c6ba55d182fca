"""A small storm on each database, for CI; `make chaos` is the large one."""

import shutil
from pathlib import Path

import pytest

from tests.chaos.run import SENDERS, story

pytestmark = pytest.mark.long


@pytest.mark.parametrize("engine", SENDERS)
def test_the_books_agree_after_a_storm(engine: str, tmp_path: Path) -> None:
    assert story(engine, 60, 7, 1.0, tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)
