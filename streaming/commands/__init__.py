"""What the smaller commands do; ``streaming.cli`` only reads arguments and prints."""
