"""What may happen to a document on its way to the public. Pure: no I/O, no clock, no framework."""
