"""The most worth within time and money, each thing only after what it needs."""

from catalog.guidance.packing.options import Option, Packed, Room, in_order, worth
from catalog.guidance.packing.search import packed

__all__ = ["Option", "Packed", "Room", "in_order", "packed", "worth"]
