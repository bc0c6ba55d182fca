"""`riattiva language classify`: a JSON line in, a JSON line out, and a file written whole or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main

MAIL = (
    "Buongiorno,\r\nnon voglio più ricevere nulla.\r\n\r\nCancellatemi\u00a0subito.\r\n\r\nCordiali saluti\r\n"
    "Mario Neri\r\n\r\n"
    "Il giorno lun 2 mar 2026 Officine Aurora ha scritto:\r\n> Disiscriviti qui: https://example.it/u\r\n> Grazie!\r\n"
)


def classify(path: Path, *more: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["language", "classify", str(path), *more], input=given)


def written(tmp_path: Path, *rows: dict[str, Any] | str) -> Path:
    file = tmp_path / "replies.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass")
    return file


def test_each_line_is_answered_in_its_place(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        {"text": "otto, grazie", "lang": "it", "scale": 10, "channel": "sms"},
        {"text": "6", "lang": "en-GB", "scale": 10.0},
        {"text": "cancellatemi dalla lista", "lang": None, "scale": None},
        {"text": MAIL, "channel": "email", "lang": "it"},
        {"text": ""},
        '{"text": "\\ud83d ottimo servizio"}',
    )
    done = classify(file)
    rated, short, stop, mail, empty, cut = [json.loads(line) for line in done.output.splitlines()]
    assert done.exit_code == 0
    assert rated["rating"] == {"value": 8.0, "scale": 10}
    assert (rated["sentiment"], rated["decided_by"], rated["needs_review"]) == ("neutral", "rating", False)
    assert rated["intents"] == [{"intent": "thanks", "start": 6, "end": 12, "text": "grazie"}]
    assert (short["lang"], short["sentiment"]) == ("en", "negative")
    assert [one["intent"] for one in stop["intents"]] == ["unsubscribe"]
    assert stop["rating"] is None
    assert {one["intent"] for one in mail["intents"]} == {"unsubscribe"}
    assert all(one["text"] == MAIL[one["start"] : one["end"]] for one in mail["intents"])
    assert any("Cancellatemi" in one["text"] for one in mail["intents"])
    assert not any("Disiscriviti" in one["text"] for one in mail["intents"])
    assert (empty["sentiment"], empty["intents"]) == ("neutral", [])
    assert cut["sentiment"] == "positive"
    for row in (rated, short, stop, mail, empty, cut):
        assert {"lang", "sentiment", "score", "intents", "rating", "decided_by", "needs_review"} <= set(row)
        assert -1 <= row["score"] <= 1


@pytest.mark.parametrize(
    "own",
    [
        "Ciao\n\n{}\n\nA presto",
        "> come va?\n{}\n> vi piace?\nsì",
        "Inoltro.\n{}\n-- \nMario\ncancellatemi.it",
    ],
)
def test_evidence_in_a_mail_stands_where_it_was_given(tmp_path: Path, own: str) -> None:
    text = own.format("per favore non scrivetemi più")
    row = json.loads(classify(written(tmp_path, {"text": text, "channel": "email"})).output)
    assert [one["intent"] for one in row["intents"]] == ["unsubscribe"]
    assert all(one["text"] == text[one["start"] : one["end"]] != "" for one in row["intents"])


def test_bad_lines_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    file, out = tmp_path / "bad.jsonl", tmp_path / "out.jsonl"
    out.write_text("what stood there\n")
    file.write_bytes(
        b'{"text": "bene"}\n{"text": 3}\n\n{"txt": "a"}\nnot json\n["a"]\n\xff\n{"text": "a", "scale": "x"}\n'
        b'{"text": "a", "scale": true}\n{"text": "a", "channel": "fax"}\n{"text": "a", "lang": 4}\n'
    )
    done = classify(file, "--out", str(out))
    said = " ".join(done.output.split())
    assert done.exit_code == 2
    for number, fault in (
        (2, "text is no string"), (3, "is blank"), (4, "has no text"), (5, "is no JSON"), (6, "is no JSON object"),
        (7, "is not UTF-8"), (8, "scale is none of ours"), (9, "scale"), (10, "channel"), (11, "lang"),
    ):  # fmt: skip
        assert f"line {number}: {fault}" in said
    assert out.read_text() == "what stood there\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.jsonl", "out.jsonl"]


def test_scales_and_languages_that_there_are_not_are_refused(tmp_path: Path) -> None:
    good = [{"text": "5", "scale": scale, "lang": lang} for scale in (5, 10) for lang in ("it-IT", "es", "")]
    assert classify(written(tmp_path, *good)).exit_code == 0
    for one, fault in (
        ({"scale": 7}, "scale is none"),
        ({"lang": "zz"}, "lang is no"),
        ({"lang": "root"}, "lang"),
    ):
        done = classify(written(tmp_path, {"text": "5"}, {"text": "5"} | one))
        assert done.exit_code == 2
        assert f"line 2: {fault}" in " ".join(done.output.split())


def test_out_is_written_whole_and_standard_input_is_read(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    lines = b"\xef\xbb\xbf" + b'{"text": "tutto perfetto"}\n' * 1201 + b"\n\n"
    done = classify(Path("-"), "--out", str(out), given=lines)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (done.exit_code, len(rows)) == (0, 1201)
    assert {row["sentiment"] for row in rows} == {"positive"}


@pytest.mark.parametrize("more", [["--out", "/nowhere/at/all.jsonl"], ["--out", "/dev/null"]])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, more: list[str]) -> None:
    done = classify(written(tmp_path, {"text": "a"}), *more)
    assert done.exit_code == 2
    assert more[1] in done.output.replace("\n", "")
    assert classify(tmp_path / "missing.jsonl").exit_code == 2
