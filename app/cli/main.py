"""The commands in the order a marketer meets them."""

import click

from app.cli import contacts, database, demo, export, surveys, up, users, waves, webhooks
from app.cli.base import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="riattiva")
def main() -> None:
    """Riattiva wakes up dormant CRM contacts, or lets them go with proof."""


for command in (
    demo.demo,
    up.up,
    contacts.contacts,
    contacts.interactions,
    contacts.dormancy,
    surveys.surveys,
    waves.waves,
    export.export,
    webhooks.webhooks,
    users.users,
    database.db,
):
    main.add_command(command)
