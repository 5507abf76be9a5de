"""How services are run: the host and the operator's view. Above the runtime and the web frame."""
