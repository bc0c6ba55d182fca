"""worker.py with a lease, batches and waits that fit into minutes: everything else is the product's own."""

import logging
import os
import sys
from datetime import timedelta

import worker
from app.channels.base import Channel
from app.messages import batches, pacing, sweep

LEASE = timedelta(seconds=8)

if __name__ == "__main__":
    batches.LEASE = LEASE
    sweep.UNCONFIRMED_AFTER = timedelta(seconds=int(os.environ["CHAOS_UNCONFIRMED"]))
    sweep.LOOK_UP_AFTER = timedelta(seconds=3)
    pacing.LARGEST[Channel.EMAIL] = pacing.LARGEST[Channel.SMS] = int(os.environ["CHAOS_BATCH"])
    logging.getLogger("app").setLevel(logging.INFO)
    sys.exit(worker.main())
