"""The look-out for text in the live picture: a process of low priority beside the worker.

``guard`` is the worker's side, ``lookout`` the process; ``ring`` is the memory they share.
docs/lookout.md is the specification.
"""
