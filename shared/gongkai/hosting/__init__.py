"""How services are run: the host, its doors, the operator's view. Above the runtime and the web frame, below no service."""
