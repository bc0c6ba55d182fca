"""Users, the one-time link and API tokens, as the rooms above use them."""

import threading
from statistics import median
from time import perf_counter

import pytest
from sqlmodel import select

from app import runtime
from app.accounts import setup, tokens, users
from app.accounts.models import ApiToken, Installation, User
from app.errors import BadInput, NotFound
from app.runtime import Runtime

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSWORD = "una frase che ricordo"


@pytest.mark.parametrize(
    ("email", "role", "password", "where"),
    [
        ("anna", "viewer", PASSWORD, "email"),
        ("", "viewer", PASSWORD, "email"),
        ("anna@example.com", "owner", PASSWORD, "role"),
        ("anna@example.com", "viewer", "nine char", "password"),
        ("TAKEN@example.com", "viewer", PASSWORD, "email"),
    ],
)
@ON_SQLITE
def test_a_user_that_cannot_be_is_refused(
    rt: Runtime, email: str, role: str, password: str, where: str
) -> None:
    with runtime.session() as db:
        users.add(db, "taken@example.com", "viewer", PASSWORD, rt.now())
    with pytest.raises(BadInput) as refused, runtime.session() as db:
        users.add(db, email, role, password, rt.now())
    assert refused.value.where == where
    with runtime.reading() as db:
        assert len(users.everyone(db)) == 1


@ON_SQLITE
def test_only_the_right_password_is_recognised_and_none_is_kept(rt: Runtime) -> None:
    with runtime.session() as db:
        users.add(db, "anna@azienda.local", "viewer", PASSWORD, rt.now())
    with runtime.reading() as db:
        assert users.authenticate(db, "Anna@azienda.local", PASSWORD)
        assert users.authenticate(db, "anna@azienda.local", PASSWORD + " ") is None
        assert users.authenticate(db, "anna@azienda.local", "") is None
        assert users.authenticate(db, "bruno@azienda.local", PASSWORD) is None
        kept = db.exec(select(User)).one().password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_address_costs_as_much_time_as_a_known_one(rt: Runtime) -> None:
    with runtime.session() as db:
        users.add(db, "anna@example.com", "viewer", PASSWORD, rt.now())
    seconds: dict[str, list[float]] = {"anna@example.com": [], "nobody@example.com": []}
    with runtime.reading() as db:
        for _ in range(4):
            for email, measured in seconds.items():
                start = perf_counter()
                users.authenticate(db, email, "not the password")
                measured.append(perf_counter() - start)
    known, unknown = map(median, seconds.values())
    assert unknown > known / 3, "without the decoy hash it would be a hundred times faster"


@ON_SQLITE
def test_a_new_link_replaces_the_old_one(rt: Runtime) -> None:
    with runtime.session() as db:
        old, new = (setup.setup_url(db, rt.settings, rt.now()) for _ in range(2))
    assert old
    assert new
    with runtime.reading() as db:
        assert not setup.is_open(db, old.rpartition("/")[2])
        assert setup.is_open(db, new.rpartition("/")[2])
        kept = db.get_one(Installation, "setup_link").value
    assert new.rpartition("/")[2] not in kept


def test_two_who_hold_the_link_cannot_both_use_it(rt: Runtime) -> None:
    with runtime.session() as db:
        url = setup.setup_url(db, rt.settings, rt.now())
    assert url
    token, results, start = url.rpartition("/")[2], [], threading.Barrier(2)

    def use(email: str) -> None:
        start.wait()
        try:
            with runtime.session() as db:
                setup.make_first_admin(db, token, email, PASSWORD, rt.now())
            results.append("admin")
        except NotFound:
            results.append("refused")

    racers = [threading.Thread(target=use, args=(f"{name}@example.com",)) for name in ("anna", "bruno")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(results) == ["admin", "refused"]
    with runtime.reading() as db:
        assert len(users.everyone(db)) == 1


@ON_SQLITE
def test_a_failed_first_admin_leaves_the_link_good(rt: Runtime) -> None:
    with runtime.session() as db:
        url = setup.setup_url(db, rt.settings, rt.now())
    assert url
    token = url.rpartition("/")[2]
    with pytest.raises(BadInput), runtime.session() as db:
        setup.make_first_admin(db, token, "anna@example.com", "short", rt.now())
    with runtime.reading() as db:
        assert setup.is_open(db, token)


def test_a_token_opens_until_it_is_revoked_and_only_its_hash_is_kept(rt: Runtime) -> None:
    with runtime.session() as db:
        secret = tokens.issue(db, "crm", "marketer", rt.now())
        other = tokens.issue(db, "bi", "viewer", rt.now())
    assert secret.startswith("rv_")
    with runtime.reading() as db:
        kept = tokens.check(db, secret)
        assert kept
        assert (kept.name, kept.role) == ("crm", "marketer")
        assert tokens.check(db, secret + "x") is None
        assert tokens.check(db, "") is None
        assert secret not in {token.token_hash for token in db.exec(select(ApiToken))}
    with runtime.session() as db:
        tokens.revoke(db, "crm", rt.now())
    with runtime.reading() as db:
        assert tokens.check(db, secret) is None
        assert tokens.check(db, other)


@ON_SQLITE
def test_a_name_says_which_token_is_meant(rt: Runtime) -> None:
    with runtime.session() as db:
        tokens.issue(db, "crm", "viewer", rt.now())
        with pytest.raises(BadInput):
            tokens.issue(db, "crm", "viewer", rt.now())
        with pytest.raises(BadInput):
            tokens.issue(db, "bi", "boss", rt.now())
        tokens.revoke(db, "crm", rt.now())
        with pytest.raises(NotFound):
            tokens.revoke(db, "crm", rt.now())
        assert tokens.issue(db, "crm", "viewer", rt.now()), "a revoked name may be used anew"
