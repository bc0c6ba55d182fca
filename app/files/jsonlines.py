"""Reading JSON lines: an object a line, keys anywhere in the file; a broken line costs itself only."""

from collections.abc import Iterator
from typing import Any

import orjson

from app.errors import BadInput
from app.files import text
from app.files.records import Record
from app.files.sources import Source

_MOST_KEYS = 2_000
_NAMES = (".jsonl", ".ndjson")


def is_json_lines(source: Source, encoding: str) -> bool:
    """Whether the file is written so; raises BadInput for the JSON that is one document."""
    with text.opened(source, encoding) as handle:
        head = [line.strip("\ufeff \t\r\n") for line in handle.readlines(1 << 16)[:50]]
    filled = [line for line in head if line]
    if not filled:
        return False
    first = filled[0]
    follows = (first[1:].strip() or (filled[1] if len(filled) > 1 else ""))[:1]
    if first[0] == "[" and follows in ("{", "]"):
        raise _one_document(source, "a JSON list", ".[]")
    objects = sum(isinstance(_loaded(line), dict) for line in filled)
    if first == "{" or (objects == len(filled) == 1 and _wraps_a_list(_loaded(first))):
        raise _one_document(source, "one JSON document", ".contacts[]")
    return (first[0] == "{" and objects > 0) or source.name.lower().endswith(_NAMES)


def header(source: Source, encoding: str) -> list[str]:
    """Every key of the file in the order of its first mention; raises BadInput beyond 2,000."""
    names: dict[str, None] = {}
    for _, row, _ in _objects(source, encoding):
        names.update(dict.fromkeys(row))
        if len(names) > _MOST_KEYS:
            raise BadInput(
                f"more than {_MOST_KEYS} different keys: these are no rows", where=str(source.file)
            )
    if not names:
        raise BadInput(
            "no line of the file is a JSON object", where=str(source.file), mend="Export it again."
        )
    return list(names)


def read(source: Source, encoding: str, names: list[str]) -> Iterator[Record]:
    """The rows, each as wide as the header; a key a line lacks is an empty cell."""
    blank = dict.fromkeys(names, "")
    for number, row, broken in _objects(source, encoding):
        if broken:
            yield Record(number, [broken], "this line is no JSON object")
        else:
            yield Record(number, list((blank | row).values()))


def _objects(source: Source, encoding: str) -> Iterator[tuple[int, dict[str, str], str]]:
    """(line, cells by key, the line itself when it is broken); blank lines are none."""
    with text.opened(source, encoding) as handle:
        for number, line in enumerate(handle, 1):
            bare = line.strip("\ufeff \t\r\n\0")
            if not bare:
                continue
            given = _loaded(bare)
            row: dict[str, str] = {}
            try:
                if isinstance(given, dict):
                    _flatten(given, "", row)
            except (RecursionError, orjson.JSONEncodeError):
                given = None  # nested deeper than anyone means
            if isinstance(given, dict):
                yield number, row, ""
            else:
                yield number, {}, bare


def _loaded(line: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _flatten(given: dict[str, Any], prefix: str, into: dict[str, str]) -> None:
    for key, value in given.items():
        if type(value) is str:
            into[prefix + key] = value
        elif isinstance(value, dict):
            _flatten(value, f"{prefix}{key}.", into)
        else:
            into[prefix + key] = _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_cell(one) for one in value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value) if isinstance(value, str | int) else orjson.dumps(value).decode()


def _wraps_a_list(given: Any) -> bool:
    lists = any(isinstance(value, list) and value and isinstance(value[0], dict) for value in given.values())
    return lists and not any(isinstance(value, str) and "@" in value for value in given.values())


def _one_document(source: Source, what: str, path: str) -> BadInput:
    return BadInput(
        f"this is {what}, not an object a line",
        where=str(source.file),
        mend=f"Turn it into lines, for instance: jq -c '{path}' {source.name} > contacts.jsonl",
    )
