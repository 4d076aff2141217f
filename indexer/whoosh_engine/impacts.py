"""What each term adds to the score of each document, whatever the field: one number a posting, all a search reads.

    score(term, document) = idf(term) × impact(term, document)
    impact = Σ over fields: weight × tf × (K1 + 1) ÷ (tf + K1 × (1 - b + b × length ÷ usual length)), each to a GRAIN
    idf(term) = ln(N ÷ (n + 1)) + 1, n of N live documents holding the term in any field

That is `whoosh.scoring.BM25F` with two choices: rarity is that of the term in the whole document, and a field's usual
length is fixed (`Field.usual`). So an impact never changes while its segment lives: it is computed once, when the
segment is written, and read from a memory map that all processes share. Source: Robertson, Zaragoza & Taylor 2004;
stored impacts: Anh & Moffat 2002.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.fields import TEXTS, Field
from indexer.whoosh_engine.postings import FieldPostings, Floats, Ids

K1 = 0.9
GRAIN = 2.0**-17  # 32-bit numbers hold sums of these exactly up to 128: what a field adds can be told to the last digit
Lengths = dict[str, Floats]


@dataclass(frozen=True, kw_only=True)
class Impacts:
    """Postings by term: those of ``keys[i]`` stand from ``starts[i]`` to ``starts[i + 1]``.

    A key is a term's 64-bit hash; keys rise, and so do the documents of a term.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    documents: Ids
    impacts: NDArray[np.float32]

    def of_term(self, term: str) -> tuple[Ids, NDArray[np.float32]]:
        """(documents, impacts); a document that is deleted is still among them."""
        key = _key(term.encode())
        at = int(self.keys.searchsorted(key))
        if at == len(self.keys) or self.keys[at] != key:
            return self.documents[:0], self.impacts[:0]
        place = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return self.documents[place], self.impacts[place]


def impact(field: Field, times: NDArray[Any], lengths: NDArray[Any]) -> Floats:
    """What so many occurrences in texts of such lengths add through one field."""
    share = (1 - field.b) + field.b * lengths / field.usual
    found: Floats = field.weight * (K1 + 1) * times / (times + K1 * share)
    return np.rint(found / GRAIN) * GRAIN


def derive(postings: Callable[[str], FieldPostings], lengths: Lengths) -> Impacts:
    """The impacts of a segment from the postings of its fields: all by term and document, those of one document
    summed.
    """
    terms: dict[bytes, int] = {}
    places, values = [], []
    size = max(map(len, lengths.values()), default=0) + 1
    for number, field in enumerate(TEXTS):
        found = postings(field.name)
        mine = np.array([terms.setdefault(term, len(terms)) for term in found.terms], np.int64)
        places.append((np.repeat(mine, found.counts) * size + found.documents) * len(TEXTS) + number)
        told = impact(field, found.weights.astype(np.float64), lengths[field.name][found.documents])
        values.append(told.astype(np.float32))
    keys = np.array([_key(term) for term in terms], np.uint64)
    return _summed(keys, np.concatenate(places), np.concatenate(values), size)


def _summed(keys: NDArray[np.uint64], places: NDArray[np.int64], values: NDArray[np.float32], size: int) -> Impacts:
    """One posting for each (term, document) of the places, terms by their keys."""
    in_order = np.argsort(keys)
    rank = np.empty(len(keys), np.int64)
    rank[in_order] = np.arange(len(keys))
    per_term = size * len(TEXTS)
    places = rank[places // per_term] * per_term + places % per_term
    order = np.argsort(places)  # the field stands last in a place: sums are made in order of fields
    places = places[order] // len(TEXTS)
    first = np.flatnonzero(np.concatenate((np.ones(min(len(places), 1), bool), places[1:] != places[:-1])))
    kept = places[first]
    counts = np.bincount(kept // size, minlength=len(keys))
    return Impacts(
        keys=keys[in_order],
        starts=np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))),
        documents=(kept % size).astype(np.int32),
        impacts=np.add.reduceat(values[order], first) if len(first) else values,
    )


def _key(term: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(term, digest_size=8).digest()))
