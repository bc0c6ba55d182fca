"""A repeated wave on its page: when it begins anew, and who may end that."""

from datetime import timedelta

import pytest

from app import runtime
from app.waves.models import Wave
from tests.web.conftest import LogIn, add_user, log_in, token
from tests.web.story import Story

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_next_edition_is_told_and_a_marketer_ends_the_series(as_role: LogIn, story: Story) -> None:
    with runtime.session() as db:
        db.get_one(Wave, story.wave_id).next_at = runtime.now() + timedelta(days=7)
    client, page = as_role("viewer"), f"/waves/{story.wave_id}"
    seen = client.get(page).text
    assert "The next edition" in seen
    assert "End the series" not in seen
    form = {"csrf": token(client.get("/"))}
    assert client.post(f"{page}/end-repeat", data=form).status_code == 403
    add_user("anna@example.com", "marketer")
    client.post("/logout", data=form)
    log_in(client, "anna@example.com")
    assert "End the series" in client.get(page).text
    form = {"csrf": token(client.get("/"))}
    assert client.post(f"{page}/end-repeat", data=form).status_code == 303
    assert "The next edition" not in client.get(page).text
    with runtime.reading() as db:
        assert db.get_one(Wave, story.wave_id).state == "running", "what is under way goes on"
