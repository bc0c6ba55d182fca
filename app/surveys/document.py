"""Turns a YAML file into plain JSON values and remembers their lines, so that errors can point at them."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.surveys.problems import Problem, Severity

Path_ = tuple[str | int, ...]
Lines = Mapping[Path_, int]

# libyaml reads ten times as fast, where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The YAML 1.2 core schema: "no" is Norwegian and 12:30 is a time of day, not False and 750.
_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,9}\.[0-9]{1,9}")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def parse_document(text: str, where: str) -> tuple[object, dict[Path_, int], list[Problem]]:
    """The plain value of a YAML text, the line of each key and item by its path, and what was amiss."""
    lines: dict[Path_, int] = {}
    faults: list[tuple[int, str]] = []
    value: object = None
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            faults.append((1, "the file is empty: start from a copy of an example"))
        else:
            value = _plain(node, (), lines, faults, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What lacks an end is found missing behind the last line.
        line = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        faults.append((line, f"not YAML: {said}; check the indents and quotes here"))
    except yaml.YAMLError as error:
        faults.append((1, f"not YAML: {error}; save it as UTF-8 text"))
    return value, lines, [Problem(line, Severity.ERROR, said, where) for line, said in faults]


def _plain(
    node: yaml.Node, path: Path_, lines: dict[Path_, int], faults: list[tuple[int, str]], seen: set[int]
) -> object:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    # An alias may contain itself, or grow without bound through other aliases.
    if id(node) in seen:
        faults.append(
            (line, "anchors and aliases (& and *) are not understood here: write the words out again")
        )
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                said = f"`{key}` stands twice here, first on line {lines[(*path, key)]}: keep one"
                faults.append((key_node.start_mark.line + 1, said))
                continue
            lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = _plain(value_node, (*path, key), lines, faults, seen)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, number), lines, faults, seen) for number, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def schema_problems(
    value: object, lines: Lines, where: str, validator: Draft202012Validator, whole: str
) -> list[Problem]:
    """Every way in which a plain document differs from its schema, in the order of the file.

    `whole` names the document in messages about its outermost level ("the survey").
    """
    # A set: several keys missing in one place are told in one sentence.
    found = {
        problem for error in validator.iter_errors(value) for problem in _explain(error, lines, where, whole)
    }
    return sorted(found, key=lambda problem: (problem.line or 0, problem.text))


def line_of(lines: Lines, path: Iterable[str | int]) -> int | None:
    """The line of a path, or of the nearest thing around it; None when no line is known."""
    place = tuple(path)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _explain(error: ValidationError, lines: Lines, where: str, whole: str) -> list[Problem]:
    path: Path_ = tuple(error.absolute_path)
    name = _name(path) or whole
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = sorted(schema.get("properties", {}))
        extra = [key for key in error.instance if key not in known]
        return [
            Problem(line_of(lines, (*path, key)), Severity.ERROR, _unknown(key, known, name), where)
            for key in extra
        ]
    return [Problem(line_of(lines, path), Severity.ERROR, f"{name}: {_mend(error)}", where)]


def _unknown(key: str, known: list[str], name: str) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"it may hold {', '.join(known)}"
    return f"{name}: `{key}` is not known here; {hint}"


def _mend(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    given: Any = error.instance
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in given]
            return f"`{missing[0]}` is missing: add it" if len(missing) == 1 else f"add {', '.join(missing)}"
        case "enum":
            return f"{given!r} will not do; choose one of {', '.join(map(str, wanted))}"
        case "type":
            kinds = {
                "object": "keys with values",
                "array": "a list",
                "string": "a text",
                "integer": "a whole number",
                "number": "a number",
                "boolean": "true or false",
            }
            return (
                f"must be {kinds.get(str(wanted), wanted)}; put a text in quotes when it looks like a number"
            )
        case "minLength" | "minItems" | "minProperties":
            return "must not be empty: write it, or remove the key"
        case "pattern" if isinstance(error.schema, Mapping) and "description" in error.schema:
            return f"{given!r} will not do: {error.schema['description']}"
        case "pattern" | "propertyNames":
            return f"{given!r}: use lower-case letters, digits and _ (or -), beginning with a letter"
        case "dependentRequired":
            return "`from` and `to` belong together: give both"
        case "const":
            return f"{given!r} will not do; write {str(wanted).lower()}, or remove the key"
        case "anyOf":
            wants = [name for one in wanted for name in one.get("required", ())]
            return f"add one of {', '.join(wants)}" if wants else error.message
        case "exclusiveMinimum":
            return f"{given!r} will not do: it must be more than {wanted}"
        case "minimum" | "maximum" | "uniqueItems":
            return f"{given!r} will not do: {error.validator} is {wanted}"
        case _:
            return error.message


def _name(path: Path_) -> str:
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return parts.lstrip(".")
