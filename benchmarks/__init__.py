"""Measurements of the product, each with its targets: see docs/development.md."""
