"""`python -m app.sandbox`: the sandbox as its own process, met by the product over the wire only."""

import argparse
import logging
from pathlib import Path

from app.sandbox.config import from_env
from app.sandbox.server import die_with_parent, serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--data", type=Path, required=True, help="where messages, keys and accepted.jsonl are kept"
    )
    parser.add_argument("--seed", type=int, default=1, help="who the contacts are")
    parser.add_argument("--speed", type=float, default=1.0, help="60: a minute of theirs takes a second")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when the starting process ends")
    asked = parser.parse_args()
    if asked.speed <= 0:
        parser.error("--speed must be above 0")
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(levelname)s %(message)s")
    if asked.die_with_parent:
        die_with_parent()
    try:
        config = from_env(asked.data, seed=asked.seed, speed=asked.speed)
    except ValueError as error:
        parser.error(str(error))
    serve(config, asked.port)


if __name__ == "__main__":
    main()
