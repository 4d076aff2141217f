"""The ground: what a learning resource is, and the record of all of them."""
