"""The channels against real sockets and others' vectors."""
