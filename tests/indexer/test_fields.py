"""What fields tell of an entry."""

import pytest

from catalog.model import Entry, Kind, LearningResource
from catalog.vocabulary import load_vocabulary
from indexer.fields import FIELDS

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("url", "provider", "told"),
    [
        ("https://book.mixu.net/node/", None, ("book", "mixu")),
        ("https://www.goalkicker.com/", None, ("goalkicker",)),
        ("https://www.goalkicker.com/", "Packt", ("Packt",)),
        ("https://en.x.co.uk:8080/", None, ()),
        ("http://[::1]/", None, ()),
        (None, None, ()),
    ],
)
def test_a_resource_without_provider_is_found_by_its_site(
    url: str | None, provider: str | None, told: tuple[str, ...]
) -> None:
    resource = LearningResource(kind=Kind.BOOK, title="A book", url=url, provider=provider)
    source = next(field for field in FIELDS if field.name == "source")
    assert source.tell(Entry(id=1, resource=resource), VOCABULARY) == told
