"""The worker's end of the worker link."""
