"""From the web to listings: sources, the polite HTTP client, and one crawl from fetch to record."""
