"""The API's description, published at /api/v1/openapi.json."""

from typing import Any

_ERROR = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {"error": {"type": "string"}, "detail": {"type": "string"}},
}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_INTERACTION: dict[str, Any] = {
    "type": "object",
    "required": ["type", "occurred_at"],
    "properties": {
        "email": {"type": "string"},
        "phone": {"type": "string", "description": "E.164"},
        "type": {"type": "string", "examples": ["login", "purchase", "webinar", "review", "points"]},
        "occurred_at": {"type": "string", "format": "date-time"},
        "value": {"type": ["string", "number", "null"], "description": "Money, points or stars."},
        "detail": {"type": "string"},
    },
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Riattiva", "version": "1"},
    "servers": [{"url": "/api/v1"}],
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/interactions": {
            "post": {
                "summary": "Tell what contacts did elsewhere",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["interactions"],
                                "properties": {
                                    "interactions": {
                                        "type": "array",
                                        "minItems": 1,
                                        "maxItems": 1000,
                                        "items": _INTERACTION,
                                    }
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": _answer(
                        "What was kept, and what is wrong with the rest",
                        {
                            "type": "object",
                            "properties": {
                                "added": {"type": "integer"},
                                "unchanged": {"type": "integer"},
                                "rejected": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {
                                            "index": {"type": "integer"},
                                            "reason": {"type": "string"},
                                        },
                                    },
                                },
                            },
                        },
                    ),
                    "400": _answer("Nothing could be read", _ERROR),
                    "401": _answer("No valid token", _ERROR),
                    "403": _answer("The token's role is too weak", _ERROR),
                },
            }
        },
        "/waves/{wave_id}": {
            "get": {
                "summary": "The figures of one wave",
                "parameters": [
                    {
                        "name": "wave_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "format": "uuid"},
                    }
                ],
                "responses": {
                    "200": _answer("The figures", {"type": "object"}),
                    "401": _answer("No valid token", _ERROR),
                    "404": _answer("No such wave", _ERROR),
                },
            }
        },
    },
}
