"""What is fast and what is not, measured on the real command, the real index and real pages."""
