"""Arrays derived from a Whoosh segment: ids, dates, factors, titles, sorts, lengths, facets, impacts, order, words.

A segment never changes apart from deletions, so its arrays are written once, beside the index, and read as memory maps.
They may be deleted at any time: they are derived again.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.fields import FACETS, SORTS, TEXTS
from indexer.prior import MOST_STRAYS, factor
from indexer.whoosh_engine import arrays, impacts, order, spelling
from indexer.whoosh_engine.facet_columns import FacetColumn, Profiles, facet_column, profiles
from indexer.whoosh_engine.impacts import Impacts
from indexer.whoosh_engine.order import Order
from indexer.whoosh_engine.postings import Floats, Ids, SegmentPostings, numbers
from indexer.whoosh_engine.schema import (
    DATE,
    ENTRY,
    IN_TITLE,
    ORDER,
    PRIOR,
    SPELLING,
    TITLE_KEY,
    facet_field,
    sort_column,
)
from indexer.whoosh_engine.spelling import Counts, Words, WordsOfDocuments

_LAYOUT = 11  # raise it when the arrays change: older ones are then derived again
_ABANDONED = 600.0  # seconds after which half written arrays belong to nobody any more


@dataclass(frozen=True, kw_only=True)
class Titles:
    """The documents by the hash of their main title; keys rise."""

    keys: NDArray[np.uint32]
    documents: Ids

    def of(self, key: int) -> Ids:
        """The documents whose title has this hash, rising."""
        wanted = np.uint32(key)
        found: Ids = self.documents[self.keys.searchsorted(wanted) : self.keys.searchsorted(wanted, "right")]
        return found


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What the score of each document is multiplied by: where it teaches a topic that is asked for, and where not."""

    taught: Floats
    plain: Floats


@dataclass(frozen=True, kw_only=True)
class SegmentColumns:
    """All arrays of one segment."""

    entries: NDArray[np.int64]
    dates: NDArray[np.int64]
    factors: Factors
    titles: Titles
    lengths: dict[str, Floats]
    sorts: dict[str, Floats]
    facets: dict[str, FacetColumn]
    profiles: Profiles
    impacts: Impacts
    order: Order
    words: Words
    word_counts: Counts
    words_of: WordsOfDocuments


def columns(folder: Path, reader: Any, postings: SegmentPostings, *, checked: bool = False) -> SegmentColumns:
    """The arrays of a segment, from their files if they are there and whole, else derived and written.

    ``checked`` reads all files and compares their checksums; else only those that changed since they were written.
    """
    home = folder / str(reader.segment().segment_id())
    try:
        found, notes = arrays.load(home, layout=_LAYOUT, checked=checked)
        return _loaded(found, notes["facets"], reader.doc_count_all())
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        shutil.rmtree(home, ignore_errors=True)
    derived = _derive(reader, postings)
    notes = {"facets": {name: facet.values for name, facet in derived.facets.items()}}
    arrays.save(home, _arrays(derived), layout=_LAYOUT, notes=notes)
    return derived


def prune(folder: Path, segment_ids: set[str]) -> None:
    """Remove the arrays of segments that are no more, and what a killed process left half written."""
    for home in folder.iterdir() if folder.is_dir() else ():
        if home.name not in segment_ids and not _is_being_written(home):
            shutil.rmtree(home, ignore_errors=True)


def _is_being_written(home: Path) -> bool:
    """Whether another reader may be deriving these arrays at this moment."""
    try:
        return home.name.startswith(".") and time.time() - home.stat().st_mtime < _ABANDONED
    except OSError:
        return False


def _derive(reader: Any, postings: SegmentPostings) -> SegmentColumns:
    size = reader.doc_count_all()

    def column(name: str, kind: str) -> NDArray[Any]:
        return numbers(reader.column_reader(name, translate=False), kind, size)

    spelt = [(word, ids) for word, ids, _ in postings.each(SPELLING) if spelling.is_kept(word)]
    lengths = {field.name: postings.lengths(field.name) for field in TEXTS}
    facets = {
        field.name: facet_column([(value, ids) for value, ids, _ in postings.each(facet_field(field.name))], size)
        for field in FACETS
    }
    return SegmentColumns(
        entries=column(ENTRY, "i8"),
        dates=column(DATE, "i8"),
        factors=_factors(column(PRIOR, "f8"), column(IN_TITLE, "i8")),
        titles=_titles(column(TITLE_KEY, "i8").astype(np.uint32)),
        lengths=lengths,
        sorts={field.name: column(sort_column(field.name), "f8") for field in SORTS},
        facets=facets,
        profiles=profiles(facets, size),
        impacts=impacts.derive(postings, lengths),
        order=order.derive(iter(reader.column_reader(ORDER, translate=False))),
        words=np.array([word.encode() for word, _ in spelt], f"S{spelling.LONGEST}"),
        word_counts=np.array([len(ids) for _, ids in spelt], np.int64),
        words_of=spelling.words_of_documents([ids for _, ids in spelt], size),
    )


def _factors(priors: Floats, in_title: NDArray[np.int64]) -> Factors:
    strays = np.array([factor(1.0, count, asked=False) for count in range(MOST_STRAYS + 1)])
    taught, plain = (np.clip(in_title - told, 0, MOST_STRAYS) for told in (1, 0))
    return Factors(taught=priors * strays[taught], plain=priors * strays[plain])


def _titles(keys: NDArray[np.uint32]) -> Titles:
    order = np.argsort(keys, kind="stable")
    return Titles(keys=keys[order], documents=order.astype(np.int32))


def _arrays(derived: SegmentColumns) -> dict[str, NDArray[Any]]:
    made: dict[str, NDArray[Any]] = {"entries": derived.entries, "dates": derived.dates}
    made |= {f"factor-{name}": array for name, array in vars(derived.factors).items()}
    made |= {f"title-{name}": array for name, array in vars(derived.titles).items()}
    made |= {"words": derived.words, "word-counts": derived.word_counts}
    made |= {f"impact-{name}": array for name, array in vars(derived.impacts).items()}
    made |= {f"words-of-{name}": array for name, array in vars(derived.words_of).items()}
    made |= {f"order-{name}": array for name, array in vars(derived.order).items()}
    made |= {f"profile-{name}": array for name, array in vars(derived.profiles).items()}
    made |= {f"length-{name}": array for name, array in derived.lengths.items()}
    made |= {f"sort-{name}": array for name, array in derived.sorts.items()}
    for name, facet in derived.facets.items():
        made[f"codes-{name}"] = facet.codes
        if facet.documents is not None:
            made[f"documents-{name}"] = facet.documents
    return made


def _loaded(found: dict[str, NDArray[Any]], values: dict[str, list[str]], size: int) -> SegmentColumns:
    if len(found["entries"]) != size:
        raise ValueError("arrays of another segment")
    return SegmentColumns(
        entries=found["entries"],
        dates=found["dates"],
        factors=Factors(**_of(found, "factor-")),
        titles=Titles(**_of(found, "title-")),
        lengths={field.name: found[f"length-{field.name}"] for field in TEXTS},
        sorts={field.name: found[f"sort-{field.name}"] for field in SORTS},
        facets={
            field.name: FacetColumn(
                values=values[field.name],
                codes=found[f"codes-{field.name}"],
                documents=found.get(f"documents-{field.name}"),
            )
            for field in FACETS
        },
        profiles=_loaded_profiles(_of(found, "profile-"), size),
        impacts=Impacts(**_of(found, "impact-")),
        order=Order(**_of(found, "order-")),
        words=found["words"],
        word_counts=found["word-counts"],
        words_of=WordsOfDocuments(**_of(found, "words-of-")),
    )


def _loaded_profiles(found: dict[str, Any], size: int) -> Profiles:
    return Profiles(**{**found, "of_documents": found["of_documents"].reshape(-1, size)})


def _of(found: dict[str, NDArray[Any]], prefix: str) -> dict[str, Any]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in found.items() if name.startswith(prefix)}
