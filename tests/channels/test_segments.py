"""The number of SMS parts, as Twilio's own calculator counts them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.segments import Segments, segments
from tests.channels.examples import cases, names

VECTORS = cases("sms_segments")


@pytest.mark.parametrize("vector", VECTORS, ids=names(VECTORS))
def test_published_count(vector: dict[str, Any]) -> None:
    result = segments(vector["body"])
    assert (result.encoding, result.count) == (vector["encoding"], vector["segments"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", Segments("GSM-7", 1, 0)),
        ("a\r\nb", Segments("GSM-7", 1, 4)),
        ("\f", Segments("GSM-7", 1, 2)),
        ("`", Segments("UCS-2", 1, 1)),
        ("ç", Segments("UCS-2", 1, 1)),
        ("e\u0300", Segments("UCS-2", 1, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments("GSM-7", 3, 306)),
        ("a" * 151 + "€" + "a" * 153, Segments("GSM-7", 2, 306)),
        ("è" * 66 + "👍" + "ù" * 66, Segments("UCS-2", 3, 134)),
        ("è" * 65 + "👍" + "ù" * 67, Segments("UCS-2", 2, 134)),
        ("ú" * 60 + "👨\u200d👩\u200d👧\u200d👦" + "ú" * 57, Segments("UCS-2", 3, 128)),
    ],
    ids=repr,
)
def test_nothing_straddles_two_parts(body: str, expected: Segments) -> None:
    assert segments(body) == expected


@given(st.text(max_size=400))
def test_parts_hold_all_units_and_no_more_than_needed(body: str) -> None:
    result = segments(body)
    alone, each = (160, 153) if result.encoding == "GSM-7" else (70, 67)
    if result.units <= alone:
        assert result.count == 1
    else:
        assert result.count >= -(-result.units // each)
