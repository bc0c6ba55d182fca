"""Turns a survey file into plain JSON values while remembering the line of each, so that errors can point at it."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.surveys.problems import Problem, Severity

Path_ = tuple[str | int, ...]
Lines = Mapping[Path_, int]
SCHEMA = Path(__file__).resolve().parents[2] / "surveys" / "schema.json"

# The YAML 1.2 core schema: "no" is Norwegian and 12:30 is a time of day, not False and 750.
_INTEGER = re.compile(r"[-+]?[0-9]+")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Refused(Exception):
    def __init__(self, line: int, text: str) -> None:
        self.line, self.text = line, text


def parse_document(text: str, where: str) -> tuple[object, dict[Path_, int], list[Problem]]:
    """The plain value of a YAML text, the line of every key and item by its path, and what could not be read."""
    lines: dict[Path_, int] = {}
    problems: list[Problem] = []
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return None, lines, [Problem(1, Severity.ERROR, "the file is empty: start from another survey", where)]
        value = _plain(node, (), lines, problems, where, frozenset())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else 1
        return None, lines, [Problem(line, Severity.ERROR, f"not YAML: {said}; check indents and quotes", where)]
    except yaml.YAMLError as error:
        return None, lines, [Problem(1, Severity.ERROR, f"not YAML: {error}; save it as UTF-8 text", where)]
    except _Refused as error:
        return None, lines, [Problem(error.line, Severity.ERROR, error.text, where)]
    return value, lines, problems


def _plain(
    node: yaml.Node,
    path: Path_,
    lines: dict[Path_, int],
    problems: list[Problem],
    where: str,
    inside: frozenset[int],
) -> object:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    # An alias to one's own parent would never end, and nested aliases grow without bound.
    if id(node) in inside or len(path) > 20:
        raise _Refused(line, "the value contains itself or is nested too deeply: write it out")
    inside = inside | {id(node)}
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            key_line = key_node.start_mark.line + 1
            if key in result:
                text = f"`{key}` stands twice here (first on line {lines[(*path, key)]}): keep one"
                problems.append(Problem(key_line, Severity.ERROR, text, where))
                continue
            lines[(*path, key)] = key_line
            result[key] = _plain(value_node, (*path, key), lines, problems, where, inside)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, n), lines, problems, where, inside) for n, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if node.style is not None:
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    return int(text) if _INTEGER.fullmatch(text) and len(text) < 10 else text


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def schema_problems(value: object, lines: Lines, where: str) -> list[Problem]:
    """Every way in which a plain document differs from surveys/schema.json, in the order of the file."""
    found = [problem for error in _validator().iter_errors(value) for problem in _explain(error, lines, where)]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.text))


def line_of(lines: Lines, path: Iterable[str | int]) -> int | None:
    """The line of a path, or of the nearest thing around it; None when no line is known."""
    place = tuple(path)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _explain(error: ValidationError, lines: Lines, where: str) -> list[Problem]:
    path: Path_ = tuple(error.absolute_path)
    name = _name(path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = sorted(schema.get("properties", {}))
        extra = [key for key in error.instance if key not in known]
        return [
            Problem(line_of(lines, (*path, key)), Severity.ERROR, _unknown(key, known, name), where) for key in extra
        ]
    return [Problem(line_of(lines, path), Severity.ERROR, f"{name}: {_mend(error)}", where)]


def _unknown(key: str, known: list[str], name: str) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"it may hold {', '.join(known)}"
    return f"{name}: `{key}` is not known here; {hint}"


def _mend(error: ValidationError) -> str:
    wanted = error.validator_value
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in error.instance]
            return f"`{missing[0]}` is missing: add it" if len(missing) == 1 else f"add {', '.join(missing)}"
        case "enum":
            return f"{error.instance!r} will not do; choose one of {', '.join(map(str, wanted))}"
        case "type":
            kinds = {"object": "keys with values", "array": "a list", "string": "a text", "integer": "a whole number"}
            return f"must be {kinds.get(str(wanted), wanted)}; put a text in quotes when it looks like a number"
        case "minLength" | "minItems" | "minProperties":
            return "must not be empty: write it, or remove the key"
        case "pattern" | "propertyNames":
            return f"{error.instance!r}: use lower-case letters, digits and _ (or -), beginning with a letter"
        case _:
            return error.message


def _name(path: Path_) -> str:
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return parts.lstrip(".") or "the survey"
