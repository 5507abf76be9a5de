"""Plays the new-media platforms over real HTTP: same paths, same error codes, same limits, no clock of its own."""
