"""Finds burned-in text in moving ultrasound: an engine that knows no network and no people."""
