"""From entries to something you can search: fields, queries and the engines that answer them."""
