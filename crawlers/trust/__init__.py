"""Is a crawl believable? What it looks like, how it differs from the record, and who waits for a decision."""
