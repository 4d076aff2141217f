"""SQLite FTS5: BM25 with its Porter stemmer; facets by GROUP BY over the matched entries."""

import sqlite3
from pathlib import Path

from benchmarks.engines import PAGE, SEVERAL, TITLE_WEIGHT, Answer, Counts, Feed, Question

_SINGLE = ("kind", "level", "language", "cost", "length", "provider")
_INDEX = f"""
    PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -262144;
    CREATE VIRTUAL TABLE words
        USING fts5 (title, text, role, content = '', tokenize = 'porter unicode61 remove_diacritics 2');
    CREATE TABLE entry (id INTEGER PRIMARY KEY, {", ".join(_SINGLE)});
    CREATE TABLE role (id INTEGER, value TEXT, PRIMARY KEY (id, value)) WITHOUT ROWID;
    CREATE TABLE topic (id INTEGER, value TEXT, PRIMARY KEY (id, value)) WITHOUT ROWID;
"""
_RANK = f"AND rank MATCH 'bm25({TITLE_WEIGHT}.0, 1.0, 0.0)' ORDER BY rank LIMIT {PAGE}"


class Fts5:
    """One database file; contentless, as Lodestar's index holds no documents either."""

    def version(self) -> str:
        return sqlite3.sqlite_version

    def build(self, feed: Feed, folder: Path) -> None:
        database = sqlite3.connect(folder / "index.db")
        database.executescript(_INDEX)
        values = ", ".join("?" * (1 + len(_SINGLE)))
        for row in feed.read():
            number, facets = row["id"], row["facets"]
            told = (number, row["title"], row["text"], " ".join(map(_token, facets["role"])))
            database.execute("INSERT INTO words (rowid, title, text, role) VALUES (?, ?, ?, ?)", told)
            database.execute(f"INSERT INTO entry VALUES ({values})", (number, *(facets[name][0] for name in _SINGLE)))
            for name in SEVERAL:
                database.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(number, value) for value in facets[name]])
        database.execute("INSERT INTO words (words) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "index.db")
        self._database.executescript(
            "PRAGMA cache_size = -262144; PRAGMA mmap_size = 4000000000; PRAGMA temp_store = memory;"
            "CREATE TEMP TABLE matched (id INTEGER PRIMARY KEY);"
        )

    def jobs(self) -> list[str]:
        return ["all", "any", "phrase", "facets"]

    def ask(self, job: str, question: Question, role: str) -> Answer:
        words = [f'"{word}"' for word in question.words]
        if job == "facets":
            return self._counted(f"{{title text}} : ({' AND '.join(words)}) AND role : {_token(role)}")
        asked = {
            "all": " AND ".join(words),
            "any": " OR ".join(words),
            "phrase": '"' + " ".join(question.phrase) + '"',
        }[job]
        return Answer(self._best(f"{{title text}} : ({asked})"))

    def _counted(self, asked: str) -> Answer:
        ask = self._database.execute
        page = self._best(asked)
        ask("DELETE FROM matched")
        ask("INSERT INTO matched SELECT rowid FROM words WHERE words MATCH ?", (asked,))
        ((total,),) = ask("SELECT count(*) FROM matched")
        # CROSS JOIN: the matches first. Left alone, SQLite reads the whole table of values each time.
        counts: Counts = {
            name: dict(ask(f"SELECT {name}, count(*) FROM matched CROSS JOIN entry USING (id) GROUP BY 1").fetchall())
            for name in _SINGLE
        }
        for name in SEVERAL:
            rows = ask(f"SELECT value, count(*) FROM matched CROSS JOIN {name} USING (id) GROUP BY 1")
            counts[name] = dict(rows.fetchall())
        return Answer(page, total, counts)

    def _best(self, asked: str) -> list[int]:
        rows = self._database.execute(f"SELECT rowid FROM words WHERE words MATCH ? {_RANK}", (asked,))
        return [number for (number,) in rows]


def _token(value: str) -> str:
    """A facet value as one word, so that the full-text index can choose by it: faster than a join by table."""
    return value.replace("-", "")
