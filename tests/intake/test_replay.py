"""What could not be read is set aside with its reason, and read again by command once its cause is mended."""

from click.testing import CliRunner

from app import runtime
from app.cli.main import main
from app.intake import expand
from app.intake.accept import accept
from app.intake.find import doors
from app.intake.models import Route
from app.runtime import Runtime


def test_a_post_set_aside_is_read_again_by_command(rt: Runtime) -> None:
    with runtime.session() as db:
        accept(db, Route.SENDGRID_EVENTS, b"no json", now=rt.now())
    assert expand.expand_next(Route.SENDGRID_EVENTS)
    with runtime.reading() as db:
        (aside,) = doors(db)
    assert (aside["state"], aside["posts"]) == ("quarantined", 1)
    assert "MalformedBody" in str(aside["reason"])
    assert not expand.expand_next(Route.SENDGRID_EVENTS)
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    said = CliRunner().invoke(main, ["webhooks", "replay"], env=env)
    runtime.current().engine.dispose()
    runtime.install(rt)
    assert said.stdout == "1 posts will be read again\n"
    assert expand.expand_next(Route.SENDGRID_EVENTS)
