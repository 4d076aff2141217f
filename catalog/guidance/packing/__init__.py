"""The most worth within time and money, each thing only after what it needs."""

from catalog.guidance.packing.options import Option, Packed, Room, in_order, worth
from catalog.guidance.packing.promise import Promise
from catalog.guidance.packing.search import packed

__all__ = ["Option", "Packed", "Promise", "Room", "in_order", "packed", "worth"]
