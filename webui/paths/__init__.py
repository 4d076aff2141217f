"""The plan of a role on the site: what an address asks for, what is found for it, how it is told and exported."""
