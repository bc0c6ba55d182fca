"""Signed links: what we write by ourselves is what itsdangerous would write, and it has the last word on reading."""

import re

import pytest
from itsdangerous import URLSafeSerializer

from app import tokens
from app.db import new_id
from app.tokens import BadToken, Purpose

KEYS = ["k" * 40, "old" * 14]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_is_the_one_itsdangerous_would_write(purpose: Purpose) -> None:
    id_ = new_id()
    token = tokens.make(KEYS, purpose, id_)
    assert token == URLSafeSerializer(KEYS[0], salt=f"riattiva.{purpose.value}").dumps([id_])
    assert tokens.read(list(reversed(KEYS)), purpose, token) == [id_]
    with pytest.raises(BadToken):
        tokens.read(KEYS, purpose, ("A" if token[0] != "A" else "B") + token[1:])


def test_a_reply_token_serves_its_own_message_only() -> None:
    one, other = new_id(), new_id()
    token = tokens.make_reply(KEYS, one)
    assert tokens.read_reply(KEYS, token.upper()) == one
    with pytest.raises(BadToken):
        tokens.read_reply(KEYS, other.replace("-", "") + token[32:])


def test_a_short_token_is_ours_for_one_purpose_and_one_id() -> None:
    id_ = new_id()
    token = tokens.make_short(KEYS, Purpose.SURVEY, id_)
    assert re.fullmatch(r"[0-9A-Za-z]{33}", token)
    assert tokens.read(list(reversed(KEYS)), Purpose.SURVEY, token) == [id_]
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "z" * 33, "0" * 33):
        with pytest.raises(tokens.BadToken):
            tokens.read(KEYS, Purpose.SURVEY, wrong)
    with pytest.raises(tokens.BadToken):
        tokens.read(KEYS, Purpose.PREFERENCES, token)
