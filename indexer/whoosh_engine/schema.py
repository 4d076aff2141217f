"""FIELDS as a Whoosh schema, and an entry as a Whoosh document."""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from itertools import chain
from typing import Any

from whoosh import columns, fields, formats
from whoosh.analysis.analyzers import CompositeAnalyzer
from whoosh.analysis.tokenizers import IDTokenizer

from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.fields import FACETS, SORTS, TEXTS, published_number
from indexer.prior import named_in_title, prior
from indexer.whoosh_engine import order

ENTRY = "entry"  # column: the entry's id
DATE = "date"  # column: what breaks ties after the score
PRIOR = "prior"  # column: what speaks for it beside the words
TITLE_KEY = "title_key"  # column: a hash of the title without its subtitle
IN_TITLE = "in_title"  # column: how many topics its title names
ORDER = "order"  # column: the words in order, for phrases
SPELLING = "spelling"  # words as people write them, for completion and correction
MISSING = float("nan")

_SPELT = ("title", "about", "source", "author")

Postings = Generator[tuple[bytes, int, float, bytes], None, None]


class Words(fields.FieldType):
    """Texts, as the runs of signs in them, searched by their terms and scored by how often each occurs."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=CompositeAnalyzer(IDTokenizer()), scorable=True)

    def index(self, value: Sequence[str], **_options: object) -> Postings:
        """(term, times, weight, no value) for each term of the runs."""
        counts = Counter(term for run in value for term in text.terms_of_run(run))
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


def sort_column(name: str) -> str:
    return f"{name}_sort"


def schema() -> fields.Schema:
    """One searched field for each row with a weight, one value field for each facet, one column for each sort."""
    made: dict[str, Any] = {field.name: Words() for field in TEXTS}
    made |= {facet_field(field.name): Values() for field in FACETS}
    made |= {sort_column(field.name): fields.COLUMN(columns.NumericColumn("d", default=MISSING)) for field in SORTS}
    made[ENTRY] = fields.COLUMN(columns.NumericColumn("q"))
    made[DATE] = fields.COLUMN(columns.NumericColumn("q"))
    made[PRIOR] = fields.COLUMN(columns.NumericColumn("d", default=1.0))
    made[TITLE_KEY] = fields.COLUMN(columns.NumericColumn("q"))
    made[IN_TITLE] = fields.COLUMN(columns.NumericColumn("q"))
    made[ORDER] = fields.COLUMN(columns.VarBytesColumn())
    made[SPELLING] = Values()
    return fields.Schema(**made)


def document(entry: Entry, vocabulary: Vocabulary) -> dict[str, Any]:
    """What `schema` wants to know of one entry."""
    made: dict[str, Any] = {ENTRY: entry.id, DATE: published_number(entry) or 0}
    made |= {PRIOR: prior(entry), IN_TITLE: len(named_in_title(entry))}
    made[TITLE_KEY] = order.key(text.main_title(entry.resource.title))
    spelt: dict[str, None] = {}
    in_order: list[tuple[str, list[list[str]]]] = []
    for field in TEXTS:
        if told := field.tell(entry, vocabulary):
            each = [text.runs(some) for some in told]
            in_order.append((field.name, each))
            made[field.name] = runs = list(chain.from_iterable(each))
            if field.name in _SPELT:
                spelt.update(dict.fromkeys(runs))
    made[ORDER] = order.written(in_order)
    for field in FACETS:
        if told := field.tell(entry, vocabulary):
            made[facet_field(field.name)] = told
    for field in SORTS:
        if field.number and (number := field.number(entry)) is not None:
            made[sort_column(field.name)] = float(number)
    made[SPELLING] = spelt
    return made
