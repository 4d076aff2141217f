"""FIELDS as a Whoosh schema, and an entry as a Whoosh document."""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from typing import Any, NamedTuple

from whoosh import columns, fields, formats
from whoosh.analysis.analyzers import CompositeAnalyzer
from whoosh.analysis.tokenizers import IDTokenizer

from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.fields import FACETS, SORTS, TEXTS, Field, published_number
from indexer.prior import named_in_title, prior
from indexer.whoosh_engine import order

ENTRY = "entry"  # column: the entry's id
DATE = "date"  # column: what breaks ties after the score
PRIOR = "prior"  # column: what speaks for it beside the words
TITLE_KEY = "title_key"  # column: a hash of the title without its subtitle
IN_TITLE = "in_title"  # column: how many topics its title names
TITLE_TOPIC = "title_topic"  # values: which ones
ORDER = "order"  # column: the words in order, for phrases
SPELLING = "spelling"  # words of SPELT as people write them, for completion and correction
MISSING = float("nan")

SPELT = ("title", "about", "source", "author")

Postings = Generator[tuple[bytes, int, float, bytes], None, None]


class Words(fields.FieldType):
    """Texts, searched by their terms and scored by how often each occurs."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=CompositeAnalyzer(IDTokenizer()), scorable=True)

    def index(self, value: Sequence[str], **_options: object) -> Postings:
        """(term, times, weight, no value) for each term of the texts."""
        counts = Counter(term for told in value for term in text.terms(told))
        return ((term.encode(), times, float(times), b"") for term, times in counts.items())


class Values(fields.FieldType):
    """Whole values, chosen or completed as they are."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=CompositeAnalyzer(IDTokenizer()), scorable=False)

    def index(self, value: Iterable[str], **_options: object) -> Postings:
        """(value, 1, 1.0, no value) for each distinct value."""
        return ((some.encode(), 1, 1.0, b"") for some in dict.fromkeys(value))


def facet_field(name: str) -> str:
    """The schema's name for a facet: a field may be searched and chosen under one name."""
    return f"{name}_facet"


VALUES = (*(facet_field(field.name) for field in FACETS), TITLE_TOPIC)  # of whole values


def sort_column(name: str) -> str:
    return f"{name}_sort"


NUMBERS = {
    ENTRY: columns.NumericColumn("q"),
    DATE: columns.NumericColumn("q"),
    PRIOR: columns.NumericColumn("d", default=1.0),
    TITLE_KEY: columns.NumericColumn("q"),
    IN_TITLE: columns.NumericColumn("q"),
    **{sort_column(field.name): columns.NumericColumn("d", default=MISSING) for field in SORTS},
}


def schema() -> fields.Schema:
    """One searched field for each row with a weight, one value field for each facet, one column for each sort."""
    made: dict[str, Any] = {field.name: Words() for field in TEXTS}
    made |= {facet_field(field.name): Values() for field in FACETS}
    made |= {name: fields.COLUMN(column) for name, column in NUMBERS.items()}
    made[TITLE_TOPIC] = Values()
    made[ORDER] = fields.COLUMN(columns.VarBytesColumn())
    made[SPELLING] = Values()
    return fields.Schema(**made)


class Document(NamedTuple):
    """What `schema` wants to know of one entry: the texts of TEXTS, the values of VALUES, the numbers of NUMBERS."""

    texts: list[tuple[str, ...]]
    values: list[tuple[str, ...]]
    numbers: tuple[float, ...]


def document(entry: Entry, vocabulary: Vocabulary) -> Document:
    """What the index is told of one entry."""
    in_title = tuple(sorted(named_in_title(entry)))
    return Document(
        texts=[field.tell(entry, vocabulary) for field in TEXTS],
        values=[*[field.tell(entry, vocabulary) for field in FACETS], in_title],
        numbers=(
            entry.id,
            published_number(entry) or 0,
            prior(entry),
            order.key(text.main_title(entry.resource.title)),
            len(in_title),
            *[_number(field, entry) for field in SORTS],
        ),
    )


def _number(field: Field, entry: Entry) -> float:
    number = field.number(entry) if field.number else None
    return MISSING if number is None else number
