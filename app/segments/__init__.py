"""Who a wave, a count or an export is about: a small rule language, compiled to SQL, and the rules saved under a name.

May import: scoring, feedback and below. Owns: segments. `language` compiles, `fields` is the table of what can be
asked, `saved` keeps rules, `preview` shows whom one selects, `membership` is what other rooms call.
"""
