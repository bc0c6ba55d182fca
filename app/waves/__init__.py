"""One survey to one segment: audience, plan, launch, batches, steps, pause, brakes, control group.

May import: segments and below. Owns: waves, wave_members.
"""
