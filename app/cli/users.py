"""The commands that say who may use the installation, people and programs."""

import sys

import click

from app import runtime
from app.accounts import tokens as api_tokens
from app.accounts.models import Role
from app.accounts.users import add as add_user
from app.accounts.users import everyone
from app.cli.base import Group, open_installation, print_json
from app.errors import BadInput

_ROLE = click.Choice([str(role) for role in Role])
_BY = "command line"


@click.group(cls=Group)
def users() -> None:
    """Who may log in, and which programs may call the API."""


@users.command("add")
@click.argument("email")
@click.option(
    "--role", type=_ROLE, required=True, help="A viewer looks, a marketer launches, an admin does all."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, role: str, password_stdin: bool) -> None:
    """Add a user who logs in with EMAIL."""
    password = _password(password_stdin)
    open_installation()
    with runtime.session() as db:
        user = add_user(db, email, role, password, runtime.now(), by=_BY)
    click.echo(f"{user.email} may log in as {user.role}.")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def show(as_json: bool) -> None:
    """List the users."""
    open_installation()
    with runtime.reading() as db:
        found = everyone(db)
    if as_json:
        print_json(
            [{"email": user.email, "role": user.role, "created_at": user.created_at} for user in found]
        )
        return
    for user in found:
        click.echo(f"  {user.email}  {user.role}")


@users.group()
def tokens() -> None:
    """Secrets with which programs call the API."""


@tokens.command("issue")
@click.argument("name")
@click.option("--role", type=_ROLE, required=True)
def issue(name: str, role: str) -> None:
    """Make a token called NAME and print it; it cannot be shown again."""
    open_installation()
    with runtime.session() as db:
        secret = api_tokens.issue(db, name, role, runtime.now(), by=_BY)
    click.echo(secret)


@tokens.command("list")
def list_tokens() -> None:
    """List the tokens by name."""
    open_installation()
    with runtime.reading() as db:
        found = api_tokens.everything(db)
    for token in found:
        state = "revoked" if token.revoked_at else "valid"
        click.echo(f"  {token.name}  {token.role}  {state}")


@tokens.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Refuse the token NAME from now on."""
    open_installation()
    with runtime.session() as db:
        api_tokens.revoke(db, name, runtime.now(), by=_BY)
    click.echo(f"The token {name} is refused from now on.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("there is no terminal to ask for a password", mend="Use --password-stdin.")
    said: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return said
