"""What measures is tested too, where its numbers depend on it."""
