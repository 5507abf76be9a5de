"""The two-phase release with a deadline (docs/decisions/0004). Pure: no I/O, no clock, no framework."""
