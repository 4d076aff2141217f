"""What the Whoosh engine leaves on the disk is an ordinary Whoosh index, and its arrays hold at any size."""

import math
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, scoring
from whoosh.query import And, ConstantScoreQuery, Or, Term

from catalog.errors import IndexMissing, SearchError
from catalog.model import Entry, Kind, LearningResource, TopicMatch
from catalog.vocabulary import load_vocabulary
from indexer import text
from indexer.asking import TOPIC_SCORE, understood
from indexer.engine import Engine, open_index
from indexer.fields import TEXTS
from indexer.names import names_of
from indexer.query import NOT_STATED, Query
from indexer.synonyms import load_synonyms
from indexer.whoosh_engine import facet_columns
from indexer.whoosh_engine.facet_columns import FacetColumn, FacetColumns, facet_column, profiles
from indexer.whoosh_engine.impacts import GRAIN, K1
from indexer.whoosh_engine.snapshot import top

VOCABULARY = load_vocabulary()
WORDS = ["python", "sql", "rest", "docker", "django", "go", "kafka", "redis", "linux", "http"]


def random_entries(count: int, seed: int = 1) -> list[Entry]:
    """Entries whose fields stay below the length that Whoosh keeps exactly."""
    chance = random.Random(seed)

    def words(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))

    return [
        Entry(
            id=number,
            resource=LearningResource(
                kind=chance.choice([Kind.BOOK, Kind.COURSE]),
                title=words(5),
                description=words(9) if chance.random() < 0.8 else None,
                provider=chance.choice([None, "Docker Inc", "Manning"]),
                authors=("Ann Linux",) if chance.random() < 0.3 else (),
                published=chance.choice([None, "2001", "2020-05"]),
            ),
            topics=(TopicMatch(topic="python", confidence=0.9),) if chance.random() < 0.2 else (),
        )
        for number in range(1, count + 1)
    ]


def publish(engine: Engine, entries: list[Entry]) -> None:
    writer = engine.writer()
    writer.publish(writer.build(entries, 1))


def whoosh_folder(home: Path) -> str:
    return str(home / (home / "published").read_text() / "whoosh")


# ---- an ordinary index


def test_whoosh_itself_opens_the_index_and_finds_the_entry(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(50))
    publish(engine, [*random_entries(50), Entry(id=99, resource=LearningResource(kind=Kind.BOOK, title="Haskell"))])
    with index.open_dir(whoosh_folder(home)).searcher() as searcher:
        results = searcher.search(Term("title", text.terms("Haskell")[0]))
        assert len(results) == 1
        entries = searcher.reader().column_reader("entry")
        assert entries[results.docnum(0)] == 99


STRANGER = """
import sys
sys.modules["indexer"] = sys.modules["catalog"] = None  # nothing of ours may be imported
from whoosh import fields, index, query
schema = fields.Schema(title=fields.KEYWORD(scorable=True), kind_facet=fields.ID)
with index.open_dir(sys.argv[1], schema=schema).searcher() as searcher:
    for field, term in (("title", "kafka"), ("kind_facet", "book")):
        print(searcher.doc_frequency(field, term), len(searcher.search(query.Term(field, term), limit=None)))
"""


def test_a_program_that_knows_nothing_of_us_reads_it(engine: Engine, home: Path) -> None:
    entries = random_entries(300)
    publish(engine, entries)
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, whoosh_folder(home)], capture_output=True, text=True, check=False, cwd="/"
    )
    kafka = sum("kafka" in entry.resource.title.split() for entry in entries)
    books = sum(entry.resource.kind is Kind.BOOK for entry in entries)
    assert done.stdout.split() == [str(number) for number in (kafka, kafka, books, books)], done.stderr


class Usual(scoring.BM25F):
    """Whoosh's BM25F with the usual lengths of our fields, and the rarity of a term in whole documents."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        if not searcher.schema[fieldname].scorable:
            return scoring.WeightScorer.for_(searcher, fieldname, text)
        made = scoring.BM25FScorer(searcher, fieldname, text, self._field_B[fieldname], self.K1, qf=qf)
        having = {number for field in TEXTS for number in _holding(searcher.reader(), field.name, text)}
        made.idf = math.log(searcher.doc_count() / (len(having) + 1)) + 1
        made.avgfl = next(field.usual for field in TEXTS if field.name == fieldname)
        return made


def _holding(reader: Any, field: str, text: bytes) -> list[int]:
    return list(reader.postings(field, text).all_ids()) if (field, text) in reader else []


def anywhere(term: str) -> Or:
    return Or([Term(field.name, term, boost=field.weight) for field in TEXTS])


def test_scores_are_those_of_whoosh(engine: Engine, home: Path) -> None:
    """A thousand queries of one to three words, some naming a topic: totals, and the scores of the first ten."""
    publish(engine, random_entries(200))
    ours, names, chance = engine.reader(), names_of(VOCABULARY, load_synonyms()), random.Random(5)
    weighting = Usual(K1=K1, **{f"{field.name}_B": field.b for field in TEXTS})
    with index.open_dir(whoosh_folder(home)).searcher(weighting=weighting) as searcher:
        for _ in range(1000):
            words = chance.sample([*WORDS, "manning", "ann"], chance.randint(1, 3))
            asked = []
            for part in understood(" ".join(words), names).parts:
                either = [And([anywhere(*way.terms) for (way,) in part.words])]
                if part.topic:
                    either.append(ConstantScoreQuery(Term("topic_facet", part.topic), TOPIC_SCORE))
                asked.append(Or(either))
            # Whoosh's own skipping of blocks is left out: it is what is compared with, not what is tested.
            theirs = searcher.search(And(asked), limit=None)
            hits = ours.search(Query(words=" ".join([*words, "-quux"]), page_size=10))  # so that it is no title
            assert hits.complete == len(theirs)
            expected = [hit.score for hit in theirs[: min(10, hits.complete)]]
            assert hits.scores[: len(expected)] == pytest.approx(expected, rel=1e-5)


def test_no_impact_is_too_great_to_be_exact() -> None:
    assert sum(field.weight * (K1 + 1) for field in TEXTS) < 2**24 * GRAIN


def test_whoosh_itself_can_go_on_writing(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(30))
    place = index.open_dir(whoosh_folder(home))
    writer = place.writer()
    writer.add_document(title=("haskell",), entry=77, date=0)
    writer.commit()
    assert engine.reader().search(Query(words="haskell")).ids == (77,)
    writer = place.writer()
    writer.commit(optimize=True)
    assert engine.reader().search(Query(words="haskell")).ids == (77,)
    assert engine.reader().search(Query()).total == 31


def test_one_segment_or_many_give_the_same_answers(tmp_path: Path) -> None:
    entries = random_entries(200)
    whole, grown = (open_index(f"whoosh:{tmp_path}/{name}", VOCABULARY) for name in ("whole", "grown"))
    publish(whole, entries)
    publish(grown, random_entries(200, seed=2)[:120])
    for revision, start in enumerate(range(0, 200, 37), 2):
        grown.writer().apply(entries[start : start + 37], [], revision)
    grown.writer().apply([], [], 99)
    for words in ("", *WORDS, "python sql", "rest docker http"):
        for sort in ("relevance", "newest"):
            query = Query(words=words, sort=sort, page_size=100)
            one, other = whole.reader().search(query), grown.reader().search(query)
            assert one.ids == other.ids
            assert one.scores == pytest.approx(other.scores, abs=1e-6)
            assert (one.total, one.facets) == (other.total, other.facets)
    assert [one.words for one in whole.reader().suggest("do")] == [one.words for one in grown.reader().suggest("do")]
    assert whole.reader().similar(5) == grown.reader().similar(5)


def test_merged_segments_keep_each_term_once(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(3))
    for entry in random_entries(7)[3:]:
        engine.writer().apply([entry], [], entry.id)
    assert len(index.open_dir(whoosh_folder(home))._segments()) == 5
    engine.writer().apply([], [1], 8)  # nothing is new: all postings are of merged segments
    with index.open_dir(whoosh_folder(home)).reader() as reader:
        assert reader.is_atomic()
        for field in reader.indexed_field_names():
            terms = list(reader.lexicon(field))
            assert terms == sorted(set(terms))
            for term in terms:
                ids = list(reader.postings(field, term).all_ids())
                assert ids == sorted(set(ids))


# ---- arrays


def test_arrays_are_derived_again_when_they_are_deleted(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(100))
    before = engine.reader().search(Query(words="python", sort="newest"))
    columns = Path(whoosh_folder(home)).parent / "columns"
    shutil.rmtree(columns)
    assert engine.reader().search(Query(words="python", sort="newest")) == before
    assert list(columns.iterdir())


def test_readers_that_derive_arrays_at_once_do_not_hurt_each_other(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(300))
    expected = engine.reader().search(Query(words="python"))
    shutil.rmtree(Path(whoosh_folder(home)).parent / "columns")
    answers: list[object] = []
    start = threading.Barrier(6)

    def ask() -> None:
        index_of_mine = engine.reader()
        start.wait(10)
        try:
            answers.append(index_of_mine.search(Query(words="python")))
        except BaseException as error:  # noqa: BLE001
            answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [expected] * 6
    left = (Path(whoosh_folder(home)).parent / "columns").iterdir()
    assert [path.name for path in left if path.name.startswith(".")] == []


def test_arrays_of_segments_that_are_gone_do_not_stay(engine: Engine, home: Path) -> None:
    entries = random_entries(120)
    publish(engine, entries[:10])
    for revision in range(2, 30):
        engine.writer().apply(entries[revision * 4 : revision * 4 + 4], [], revision)
    folder = Path(whoosh_folder(home)).parent
    with index.open_dir(str(folder / "whoosh")).reader() as reader:
        segments = {str(leaf.segment().segment_id()) for leaf, _ in reader.leaf_readers()}
    assert {path.name for path in (folder / "columns").iterdir()} == segments
    assert len(segments) < 15


@pytest.mark.parametrize(
    ("values", "kind"), [(10, np.uint16), (65_534, np.uint16), (65_536, np.uint32), (70_000, np.uint32)]
)
def test_codes_grow_wider_when_values_are_many(values: int, kind: type) -> None:
    size = values + 3
    column = facet_column([(f"{at:06d}", np.array([at], np.int32)) for at in range(values)], size)
    assert column.codes.dtype == kind
    assert column.documents is None
    assert column.values[-1] == NOT_STATED
    everything = np.arange(size, dtype=np.int32)
    columns = {"some": column, "same": column}
    counts = FacetColumns(columns, profiles(columns, size)).count(everything)
    assert counts.tolist() == ([1] * values + [3]) * 2
    last = column.having((f"{values - 1:06d}",), size)
    assert np.flatnonzero(last).tolist() == [values - 1]
    assert np.flatnonzero(column.having((NOT_STATED,), size)).tolist() == [values, values + 1, values + 2]


@settings(max_examples=100)
@given(
    st.lists(st.sets(st.integers(0, 4), max_size=3), min_size=1, max_size=20),
    st.sets(st.integers(0, 19)),
    st.sets(st.integers(0, 5), max_size=3),
    st.sampled_from([0, 10_000]),
)
def test_columns_count_and_choose_as_lists_would(
    told: list[set[int]], among: set[int], chosen: set[int], few: int
) -> None:
    size = len(told)
    held = [sorted(values) or [5] for values in told]
    pairs = [(document, code) for document, codes in enumerate(held) for code in codes]
    single = len(pairs) == size
    column = FacetColumn(
        values=[*"abcde", NOT_STATED],
        codes=np.array([code for _, code in pairs], np.uint16),
        documents=None if single else np.array([document for document, _ in pairs], np.int32),
    )
    first = FacetColumn(
        values=["x", "y"], codes=np.array([min(codes) % 2 for codes in held], np.uint16), documents=None
    )
    columns = {"first": first, "letters": column}
    documents = sorted(document for document in among if document < size)
    facets = FacetColumns(columns, profiles(columns, size))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(facet_columns, "_FEW", few)
        counts = facets.count(np.array(documents, np.int32)).tolist()
        assert facets.count_one("letters", np.array(documents, np.int32)).tolist() == counts[2:]
    assert counts[2:] == [sum(code in held[document] for document in documents) for code in range(6)]
    assert counts[:2] == [sum(min(held[document]) % 2 == code for document in documents) for code in (0, 1)]
    names = tuple([*"abcde", NOT_STATED][code] for code in chosen)
    assert column.having(names, size).tolist() == [bool(chosen & set(codes)) for codes in held]


@settings(max_examples=200)
@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=40), st.integers(0, 45))
def test_the_top_is_the_beginning_of_the_whole_order(rows: list[tuple[int, int, int]], count: int) -> None:
    keys = [np.array([row[at] for row in rows], np.float64) for at in range(3)]
    found = [rows[at] for at in top(keys, count)]
    assert found == sorted(rows, reverse=True)[:count]


# ---- what is not there


def test_a_pointer_to_nothing_is_told(engine: Engine, home: Path) -> None:
    home.mkdir()
    (home / "published").write_text("000042")
    with pytest.raises(IndexMissing, match="generation '000042', which is not there; run `lodestar reindex`"):
        engine.reader().search(Query())


@pytest.mark.parametrize("pointer", ["../..", "", "abc", "000001/../.."])
def test_a_pointer_leads_nowhere_else(engine: Engine, home: Path, pointer: str) -> None:
    publish(engine, random_entries(3))
    (home / "published").write_text(pointer)
    with pytest.raises(IndexMissing):
        engine.reader().search(Query())
    assert engine.writer().revision() is None


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    engine = open_index(f"whoosh:{tmp_path}/file/index", VOCABULARY)
    with pytest.raises(SearchError, match="cannot be written"):
        engine.writer().build(random_entries(3), 1)
    assert engine.writer().revision() is None
    with pytest.raises(IndexMissing):
        engine.reader().search(Query())
