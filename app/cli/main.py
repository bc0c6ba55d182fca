"""The commands in the order a marketer meets them."""

import click

from app.cli import (
    bench,
    consents,  # noqa: F401 - adds its commands to those of contacts
    contacts,
    control,  # noqa: F401 - adds its commands to those of waves
    database,
    demo,
    dormancy,
    doubles,  # noqa: F401 - adds its commands to those of contacts
    export,
    imports,
    language,
    plan,  # noqa: F401 - adds its command to those of waves
    regrade,  # noqa: F401 - adds its command to those of webhooks
    score,
    segments,
    surveys,
    up,
    users,
    waves,
    webhooks,
)
from app.cli.base import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="riattiva")
def main() -> None:
    """Riattiva wakes up dormant CRM contacts, or lets them go with proof."""


for command in (
    demo.demo,
    up.up,
    contacts.contacts,
    imports.interactions,
    dormancy.dormancy,
    score.score,
    segments.segments,
    surveys.surveys,
    language.language,
    waves.waves,
    export.export,
    webhooks.webhooks,
    users.users,
    database.db,
    bench.bench,
):
    main.add_command(command)
