"""DICOM objects from domain values, and what reading one from elsewhere takes."""
