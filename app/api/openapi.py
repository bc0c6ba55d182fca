"""The API's description, published at /api/v1/openapi.json."""

from typing import Any

from app.api.openapi_imports import PATHS as _IMPORTS
from app.api.schemas import ERROR as _ERROR
from app.api.schemas import answer as _answer

_TEXT = {"type": "string"}
_FIGURE = {"type": ["string", "number", "null"]}
_INTERACTION: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "description": "Whom (email, phone or key), what (type), and when (at or occurred_at, with an offset).",
    "properties": {
        "email": _TEXT,
        "phone": {"type": "string", "description": "E.164, or as it is dialled from DEFAULT_COUNTRY"},
        "key": {"type": ["string", "integer"], "description": "What a source of contacts calls them"},
        "type": {"type": "string", "examples": ["login", "purchase", "webinar", "review", "unsubscribe"]},
        "at": {"type": "string", "format": "date-time"},
        "occurred_at": {"type": "string", "format": "date-time"},
        "id": {"type": ["string", "integer"], "description": "The event's own id: told twice, it is one"},
        "amount": _FIGURE | {"description": "Money of a purchase"},
        "value": _FIGURE | {"description": "Money, points or stars"},
        "currency": {"type": "string", "description": "ISO 4217"},
        "stars": _FIGURE | {"description": "Of a review, 0 to 10"},
        "points": _FIGURE,
        "text": {"type": "string", "description": "The words of a review"},
        "detail": _TEXT,
        "source": {"type": "string", "description": "The system that tells it"},
    },
}
_INTERACTIONS: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1000,
    "items": _INTERACTION,
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Riattiva", "version": "1"},
    "servers": [{"url": "/api/v1"}],
    "security": [{"token": []}],
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        **_IMPORTS,
        "/interactions": {
            "post": {
                "summary": "Tell what contacts did elsewhere",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "anyOf": [
                                    {
                                        "type": "object",
                                        "required": ["interactions"],
                                        "properties": {"interactions": _INTERACTIONS},
                                    },
                                    _INTERACTIONS,
                                ]
                            }
                        },
                        "application/x-ndjson": {"schema": _INTERACTION},
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
