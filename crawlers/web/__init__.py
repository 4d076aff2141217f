"""The polite way to the web: one request within limits, in turn, by the rules of the host, with its evidence."""
