"""DICOM objects from domain values: nothing is copied from elsewhere, nothing reads a file."""
