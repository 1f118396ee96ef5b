"""How the records' file came to be what ``store.models`` says, step by step (Alembic).

A step is never changed once it was released. docs/development.md says how to add one.
"""
