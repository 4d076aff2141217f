"""From questions to pages: the Flask site."""
