"""Earlier studies from elsewhere: read, and made into new objects that name nobody."""
