"""What a visitor asks, and what the index answers: ids, counts and scores, never documents."""

import msgspec

from catalog.errors import BadQuery

NOT_STATED = "not-stated"
RELEVANCE = "relevance"
MAX_PAGE_SIZE = 100
MAX_SIGNS = 400  # signs of a query that are read


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Words and choices. Within one facet any of the chosen values will do; across facets all must hold.

    ``literal`` words are searched for as they are written, even where another spelling would lead to hits. Who needs no
    counts of facets has its answer sooner if it is not ``counted``.
    """

    words: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (facet, values), both in a fixed order
    sort: str = RELEVANCE
    page: int = 1
    page_size: int = 20
    literal: bool = False
    counted: bool = True

    def __post_init__(self) -> None:
        """Refuse pages that do not exist in any answer."""
        if self.page < 1 or not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise BadQuery(
                f"page counts from 1 and page_size from 1 to {MAX_PAGE_SIZE}; got {self.page}, {self.page_size}"
            )

    def chosen(self, facet: str) -> tuple[str, ...]:
        return dict(self.choices).get(facet, ())

    def choose(self, facet: str, values: tuple[str, ...]) -> "Query":
        """The same question from page 1 with these values chosen in one facet."""
        choices = {**dict(self.choices), facet: values}
        return msgspec.structs.replace(self, choices=ordered(choices), page=1)

    def toggle(self, facet: str, value: str) -> "Query":
        chosen = self.chosen(facet)
        rest = tuple(other for other in chosen if other != value)
        return self.choose(facet, rest if value in chosen else (*chosen, value))


def ordered(choices: dict[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Choices in the one order in which equal questions are equal values and equal URLs."""
    return tuple((facet, tuple(sorted(set(values)))) for facet, values in sorted(choices.items()) if values)


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What of a text answers a query: index ``terms``, ``phrases`` of terms one after another, ``names`` as written."""

    terms: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    names: frozenset[str] = frozenset()


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: a page of entry ids with their scores, how many there are in all, and what each choice would give.

    ``complete`` of them meet every part of the words; these come first, whatever the order, and the others meet some.
    ``facets[facet][value]`` is the number of hits if the facet had that value alone and all other facets their choices;
    nothing where they were not asked for.
    ``wishes`` are values of facets that words wish for: what has them stands higher. ``marks`` are the terms and
    phrases that the words stand for, to be marked. ``topics`` are those that the words name. ``cut`` says that the
    words asked for more than was looked for. ``corrections`` are other spellings that lead to more hits. Where the
    words as they are written lead to none, the hits are those of the first correction, and ``instead`` says so by its
    words.
    """

    ids: tuple[int, ...]
    scores: tuple[float, ...]
    total: int
    complete: int
    facets: dict[str, dict[str, int]]
    cut: bool = False
    marks: Marks = Marks()
    wishes: tuple[tuple[str, str], ...] = ()
    topics: frozenset[str] = frozenset()
    corrections: tuple[str, ...] = ()
    instead: str | None = None


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a score: what a term adds through a field, or a topic through the facet ``topic``; without either,
    what each entry has where no words are asked for.
    """

    field: str
    term: str
    score: float


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why an entry stands where it does: the parts sum to the score. ``matches`` is False if the query leaves it
    out.
    """

    entry_id: int
    matches: bool
    score: float
    parts: tuple[Contribution, ...] = ()


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A completion of what is being typed, with the number of entries that carry it."""

    words: str
    entries: int


class Similar(msgspec.Struct, frozen=True, kw_only=True):
    """An entry near to another, and what both have: (field, values), in the order of their weight.

    Fields are ``topic``, ``title`` (words), ``role`` and ``level``.
    """

    entry_id: int
    score: float
    reasons: tuple[tuple[str, tuple[str, ...]], ...] = ()


class IndexStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What an open index holds: entries, the last change it knows, and the generation's name."""

    entries: int
    revision: int
    generation: str
