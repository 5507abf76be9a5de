"""One adapter per platform; all pass the same conformance suite."""
