"""Sonopair: masked, low-latency tele-ultrasound. The command is ``sonopair``."""
