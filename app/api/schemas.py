"""The pieces that every part of the API's description is made of."""

from typing import Any

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {"error": {"type": "string"}, "detail": {"type": "string"}},
}


def answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """One response in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}
