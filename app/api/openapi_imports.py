"""The part of the API's description that is about bringing contacts in."""

from typing import Any

from app.api.schemas import ERROR, answer

_COUNTS = ("rows", "created", "updated", "merged", "unchanged", "rejected")
_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_IMPORT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "state", "source", *_COUNTS, "warnings", "stay_out", "may_email", "may_sms"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"enum": ["contacts", "interactions"]},
        "state": {"enum": ["planned", "waiting", "running", "interrupted", "done", "undoing", "undone"]},
        "reason": {"type": "string", "description": "Why it ended early"},
        "file": _TEXT,
        "source": _TEXT,
        "started_at": {"type": "string", "format": "date-time"},
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
        **dict.fromkeys((*_COUNTS, "warnings"), _COUNT),
        "stay_out": _COUNT
        | {"description": "Rows that would bring back someone who opted out: they stay out"},
        "may_email": _COUNT | {"description": "Contacts of the file that may be sent email now"},
        "may_sms": _COUNT | {"description": "Contacts of the file that may be sent texts now"},
        "expected": {"type": ["integer", "null"], "description": "About how many rows the file has"},
        "changes": {"type": "object", "description": "Field -> on how many known contacts it changed"},
        "undone": {"type": "object", "description": "What undoing did, by kind"},
        "owners_without_email": {"type": "array", "items": _TEXT},
        "rejects_url": {"type": ["string", "null"]},
        "recognised": {"type": "string", "description": "How the file is read; while it is planned"},
        "columns": {"type": "object", "description": "Header -> what it was taken for; while it is planned"},
        "notes": {"type": "array", "items": _TEXT},
        "complete": {"type": "boolean", "description": "In a dry run: whether the whole file was looked at"},
        "rejects": {
            "type": "array",
            "items": {"type": "object"},
            "description": "In a dry run: the first ones",
        },
    },
}
_BY_INDEX: dict[str, Any] = {
    "type": "object",
    "required": [*_COUNTS, "problems"],
    "properties": {
        "import_id": {"type": ["string", "null"]},
        **dict.fromkeys((*_COUNTS, "stay_out", "may_email", "may_sms"), _COUNT),
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["index", "field", "value", "reason", "rejected"],
                "properties": {
                    "index": _COUNT,
                    "field": _TEXT,
                    "value": _TEXT,
                    "reason": _TEXT,
                    "rejected": {"type": "boolean", "description": "False: only this field was left out"},
                },
            },
        },
    },
}
_REFUSED = {
    "401": answer("No valid token", ERROR),
    "403": answer("The token's role is too weak", ERROR),
}
_NONE = {"404": answer("No such import", ERROR)}
_ID = {"name": "import_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _query(
    name: str, description: str, schema: dict[str, Any] = _TEXT, *, required: bool = False
) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_SOURCE = "The system the contacts come from; the same name every time recognises the same people"
_COUNTRY = "Where phone numbers without a prefix are dialled (ISO 3166-1 alpha-2)"
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_KINDS = (
    "text/csv",
    "application/x-ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/gzip",
    "application/zip",
)

PATHS: dict[str, Any] = {
    "/imports": {
        "post": {
            "summary": "Import a file of contacts: CSV, JSON lines or Excel, plain or packed, at most 512 MB",
            "parameters": [
                _query("source", _SOURCE),
                _query("filename", "What the file is called; its name gives the source when none is given"),
                _query("country", _COUNTRY),
                _query(
                    "dry_run", "Say what would change; keep nothing", {"type": "boolean", "default": False}
                ),
                _query("confirm", "Start at once; else it waits a day", {"type": "boolean", "default": True}),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    **dict.fromkeys(_KINDS, _BYTES),
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {"file": {"type": "string", "format": "binary"}},
                        }
                    },
                },
            },
            "responses": {
                "200": answer("What the import would do (dry_run)", _IMPORT),
                "202": answer("Received; Location leads to its state", _IMPORT),
                "400": answer("This is no file of contacts", ERROR),
                **_REFUSED,
                "413": answer("The file is too large", ERROR),
                "415": answer("A form instead of a file", ERROR),
            },
        },
        "get": {
            "summary": "The imports, newest first",
            "parameters": [
                _query("before", "The last id of the page before"),
                _query("limit", "1 to 100", {"type": "integer", "default": 50}),
            ],
            "responses": {
                "200": answer(
                    "A page of them, and the address of the next",
                    {
                        "type": "object",
                        "required": ["imports", "next"],
                        "properties": {
                            "imports": {"type": "array", "items": _IMPORT},
                            "next": {"type": ["string", "null"]},
                        },
                    },
                ),
                **_REFUSED,
            },
        },
    },
    "/imports/{import_id}": {
        "get": {
            "summary": "How far an import is, and what became of its rows",
            "parameters": [_ID],
            "responses": {"200": answer("The import", _IMPORT), **_REFUSED, **_NONE},
        }
    },
    "/imports/{import_id}/rejects": {
        "get": {
            "summary": "The rejected rows with line, field, value and reason, to be mended and imported again",
            "parameters": [_ID],
            "responses": {
                "200": {"description": "CSV (UTF-8)", "content": {"text/csv": {"schema": _TEXT}}},
                **_REFUSED,
                **_NONE,
            },
        }
    },
    "/imports/{import_id}/confirm": {
        "post": {
            "summary": "Start a planned import, or go on with one that was interrupted",
            "parameters": [_ID],
            "responses": {
                "202": answer("It waits for a worker", _IMPORT),
                **_REFUSED,
                **_NONE,
                "409": answer("It runs, is over, or its file is not kept", ERROR),
            },
        }
    },
    "/imports/{import_id}/undo": {
        "post": {
            "summary": "Put things back as before an import, except opt-outs and what happened since",
            "parameters": [_ID],
            "responses": {
                "202": answer("A worker undoes it", _IMPORT),
                **_REFUSED,
                **_NONE,
                "409": answer("It runs, is undone, or is a history", ERROR),
            },
        }
    },
    "/contacts": {
        "post": {
            "summary": "Bring up to 1,000 contacts in at once, as a file of JSON lines would",
            "parameters": [_query("source", _SOURCE, required=True), _query("country", _COUNTRY)],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 1000,
                            "items": {
                                "type": "object",
                                "description": "Keys are recognised as the headers of a file are",
                                "examples": [{"id": "C1", "email": "ada@rossi.it", "consent_email": "yes"}],
                            },
                        }
                    }
                },
            },
            "responses": {
                "200": answer("What became of them, and what is wrong with some", _BY_INDEX),
                "400": answer("No list of contacts, or no source", ERROR),
                **_REFUSED,
                "409": answer("A file is being imported right now: try again", ERROR),
                "413": answer("More than 4 MB", ERROR),
            },
        }
    },
}
