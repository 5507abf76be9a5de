"""What may happen to an account and to a delivery. No I/O, no clock, no framework."""
