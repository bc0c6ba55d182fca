"""Holding, resuming and cancelling a wave: each only from where it makes sense, and an unknown wave is said to be."""

import pytest

from app import runtime
from app.db import new_id
from app.errors import Conflict, NotFound
from app.messages.models import MessageGroup
from app.runtime import Runtime
from app.waves.steering import control
from tests.waves.small_wave import launch_wave


def test_a_wave_is_held_resumed_and_cancelled_once(rt: Runtime) -> None:
    wave, now = launch_wave(rt, ["ada"]), rt.now()
    with runtime.session() as db:
        assert control.pause(db, wave.id, by="prova", reason="refuso", now=now).reason == "refuso"
    with runtime.session() as db, pytest.raises(Conflict, match="the wave is paused"):
        control.pause(db, wave.id, by="prova", reason="ancora", now=now)
    with runtime.session() as db:
        assert control.resume(db, wave.id, by="prova", now=now).state == "running"
        assert control.cancel(db, wave.id, by="prova", now=now).state == "canceled"
        assert db.get_one(MessageGroup, wave.id).state == "closed"
    with runtime.session() as db, pytest.raises(Conflict, match="the wave is canceled"):
        control.resume(db, wave.id, by="prova", now=now)


def test_an_unknown_wave_is_not_found_whatever_it_is_called(rt: Runtime) -> None:
    for name in (new_id(), "autunno", ""):
        with runtime.session() as db, pytest.raises(NotFound, match="there is no wave"):
            control.cancel(db, name, by="prova", now=rt.now())
