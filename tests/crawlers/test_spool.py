"""What waits between the web and the record is kept apart and whole."""

from pathlib import Path

from catalog.model import Kind, LearningResource, Listing
from crawlers import spool
from crawlers.source import Report


def told(title: str, key: str = "https://shelf.org/books") -> Listing:
    return Listing(source="shelf", key=key, resource=LearningResource(kind=Kind.BOOK, title=title, url=key))


def test_two_resources_at_one_address_are_both_kept_under_keys_that_do_not_change(tmp_path: Path) -> None:
    report = Report()
    listings = [
        told("Pro Git"),
        told("Unity"),
        told("Pro Git"),
        told("Unity"),
        told("Unity", "https://shelf.org/unity"),
    ]
    assert spool.write(listings, tmp_path / "one.jsonl", report) == 3
    first = list(spool.read(tmp_path / "one.jsonl"))
    assert [listing.resource.title for listing in first] == ["Pro Git", "Unity", "Unity"]
    assert len({listing.key for listing in first}) == 3
    assert report.noted == 2
    spool.write(listings, tmp_path / "two.jsonl", Report())
    assert list(spool.read(tmp_path / "two.jsonl")) == first
