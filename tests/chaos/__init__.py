"""`make chaos`: the whole service sends while its parts are killed and the providers misbehave, and the books are
compared at the end.

`run.py` tells the story, `house.py` starts, kills and revives the processes, `storm.py` is what befalls them,
`books.py` compares ours with the providers', `worker.py` is worker.py with a shorter lease.
`CHAOS_MESSAGES` (500) of each kind, `CHAOS_SEED`, `CHAOS_ENGINE` (sqlite, postgres or both), `CHAOS_MINUTES` (a limit),
`CHAOS_KEEP` (a folder to keep).
"""
