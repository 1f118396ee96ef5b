"""The page on which a person confirms what of the scanner's picture may leave the machine.

Served by the capture worker itself, on loopback: docs/setup-page.md is the specification.
"""
