"""How often and from which seed the fuzzers ask, and the tally of what they were answered.

FUZZ_EXAMPLES and FUZZ_SEED change both (docs/long-checks.md); CI asks the same questions every time.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40"))
_GIVEN = os.environ.get("FUZZ_SEED", "1")
SEED = random.SystemRandom().randrange(2**31) if _GIVEN == "random" else int(_GIVEN)


def fuzz(share: float = 1.0, **strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Call it with these EXAMPLES times, or with a `share` of them where an example is dear."""

    def decorate(ask: Callable[..., None]) -> Callable[..., None]:
        # Slow or often filtered questions are fine here, and one runtime serves them all on purpose.
        made = settings(
            max_examples=max(1, int(EXAMPLES * share)),
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        return seed(SEED)(made(given(**strategies)(ask)))

    return decorate


@dataclass
class Tally:
    """Which answers a fuzzer met; said on standard output, which `pytest -s` shows."""

    what: str
    met: Counter[int] = field(default_factory=Counter)

    def tell(self) -> None:
        met = ", ".join(f"{count} x {status}" for status, count in sorted(self.met.items()))
        sys.stdout.write(f"\nseed {SEED}: {self.what}: {self.met.total()} requests: {met}\n")
