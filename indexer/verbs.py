"""What operators type of the index: `search`, `follow`, `reindex`, `synonyms`, `golden`."""

import difflib
import json
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import click

from catalog.config import Config
from catalog.model import Entry
from catalog.progress import progress
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from catalog.vocabulary.verbs import edited, vocabulary
from indexer.engine import Engine, SearchIndex, open_index
from indexer.fields import FACETS, SORTS
from indexer.follow import follow, follow_once, reindex
from indexer.gate import golden_queries, noting, verdicts
from indexer.preview import changes
from indexer.query import MAX_PAGE_SIZE, RELEVANCE, Hits, Query, ordered
from indexer.synonyms import load_synonyms


def engine_of(config: Config) -> Engine:
    """The engine that the configuration names."""
    return open_index(config.index.url, load_vocabulary(), keep=config.index.keep_generations)


def _facet_options(command: Callable[..., None]) -> Callable[..., None]:
    for field in reversed(FACETS):
        words = f"Only this {field.label.lower()}; give it again for another."
        command = click.option(f"--{field.name}", field.name, multiple=True, help=words)(command)
    return command


@click.command("search")
@click.argument("words", nargs=-1)
@_facet_options
@click.option("--sort", type=click.Choice([RELEVANCE, *(field.name for field in SORTS)]), default=RELEVANCE)
@click.option("--limit", type=click.IntRange(1, MAX_PAGE_SIZE), default=10, show_default=True, help="Hits on a page.")
@click.option("--page", type=click.IntRange(1), default=1, help="Which page of them.")
@click.option("--literal", is_flag=True, help="The words as they are written, not as they may be meant.")
@click.option("--json", "as_json", is_flag=True, help="Hits and facet counts as JSON.")
@click.pass_obj
def search_index(
    config: Config,
    /,
    words: tuple[str, ...],
    sort: str,
    limit: int,
    page: int,
    *,
    literal: bool,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Search the catalogue for WORDS.

    \b
    Examples:
      lodestar search "rest api" --role back-end-engineer --kind book
      lodestar search --topic postgresql --level beginner --sort rating
      lodestar search "go -game author:pike"
      lodestar search '"clean code" OR refactoring year:2015..'
      lodestar search django --json
    """
    query = Query(
        words=" ".join(words), choices=ordered(dict(chosen)), sort=sort, page=page, page_size=limit, literal=literal
    )
    hits = engine_of(config).reader().search(query)
    entries = Store.open(config.record.url).entries(hits.ids)
    if as_json:
        click.echo(_json(hits, entries))
        return
    if hits.instead:
        click.echo(f"Searched for {hits.instead}; --literal searches for the words as they are written")
    partly = f", {hits.complete:,} with all of the words" if hits.complete < hits.total else ""
    click.echo(f"{hits.total:,} found{partly}" + (f"; page {page}" if page > 1 else ""))
    for entry, score in zip(entries, hits.scores, strict=False):
        click.echo(_line(entry, score))
    if hits.corrections and not hits.instead:
        click.echo(f"Did you mean: {', '.join(hits.corrections)}?")
    for facet, values in query.choices:
        for value in values:
            if value not in hits.facets[facet]:
                click.echo(_no_such(facet, value, hits.facets[facet]))


@click.command("follow")
@click.option("--once", is_flag=True, help="Bring the index up to date and stop.")
@click.pass_obj
def follow_record(config: Config, *, once: bool) -> None:
    """Keep the index up to date with the record, until stopped.

    \b
    Examples:
      lodestar follow
      lodestar follow --once
    """
    store, engine = Store.open(config.record.url), engine_of(config)
    if once:
        with progress("Indexing", unit="entries") as step:
            taken = follow_once(store, engine, step)
        click.echo(f"{taken:,} changes taken in")
        return
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow(store, engine, seconds=config.index.follow_seconds, stop=stop)


@click.command("reindex")
@click.pass_obj
def reindex_record(config: Config) -> None:
    """Build the index anew from the whole record and publish it; the present one serves until then.

    \b
    Example:
      lodestar reindex
    """
    store = Store.open(config.record.url)
    with progress("Indexing", total=store.size(), unit="entries") as step:
        generation = reindex(store, engine_of(config), step)
    click.echo(f"published generation {generation}")


@click.group("synonyms")
def synonym_verbs() -> None:
    """Words that mean the same: what a search for one finds by the other."""


@synonym_verbs.command("list")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def list_synonyms(path: Path | None) -> None:
    """List the synonyms, each with what else it finds; those of an edited FILE where one is named.

    \b
    Examples:
      lodestar synonyms list
      lodestar synonyms list my_synonyms.toml
    """
    for row, others in load_synonyms(path):
        click.echo(f"{' '.join(row)}  →  {', '.join(map(' '.join, others))}")


@synonym_verbs.command("preview")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("queries", nargs=-1)
@click.pass_obj
def preview_synonyms(config: Config, /, path: Path, queries: tuple[str, ...]) -> None:
    """Show how the first ten hits and the totals would change by the synonyms of FILE.

    The golden queries are asked, or QUERIES where some are given.

    \b
    Example:
      lodestar synonyms preview my_synonyms.toml "db design"
    """
    before, after = (
        open_index(config.index.url, load_vocabulary(), synonyms=synonyms).reader()
        for synonyms in (load_synonyms(), load_synonyms(path))
    )
    _tell_changes(config, queries, before, after)


@vocabulary.command("queries")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("queries", nargs=-1)
@click.pass_obj
def preview_vocabulary(config: Config, /, path: Path, queries: tuple[str, ...]) -> None:
    """Show how the first ten hits and the totals would change by the names in FILE, an edited topics.toml or role.

    The golden queries are asked, or QUERIES where some are given. What entries teach stays as it was concluded:
    `lodestar vocabulary try` shows that side.

    \b
    Example:
      lodestar vocabulary queries topics.toml "db design"
    """
    before, after = (open_index(config.index.url, words).reader() for words in (load_vocabulary(), edited(path)))
    _tell_changes(config, queries, before, after)


def _tell_changes(config: Config, queries: tuple[str, ...], before: SearchIndex, after: SearchIndex) -> None:
    asked = queries or tuple(golden.words for golden in golden_queries())
    titles = Store.open(config.record.url)
    changed = list(changes(asked, before, after))
    for change in changed:
        click.echo(f"{change.words}: {change.before:,} → {change.after:,}")
        for sign, ids in (("+", change.comes), ("-", change.leaves)):
            for entry in titles.entries(ids):
                click.echo(f"  {sign} {entry.id:>8}  {entry.resource.title}")
    click.echo(f"{len(changed)} of {len(asked)} queries change")


@click.command("golden")
@click.pass_obj
def judge_golden(config: Config) -> None:
    """Tell how each golden query fares on the published index; status 1 where one fails.

    \b
    Example:
      lodestar golden
    """
    store = Store.open(config.record.url)
    held: dict[str, set[int]] = {}
    for _ in noting((entry for batch in store.scan() for entry in batch), held):
        pass
    judged = list(verdicts(engine_of(config).reader(), held))
    for verdict in judged:
        click.echo(
            f"{'fails' if verdict.why else 'holds'}  {verdict.golden.words}" + (f"  {verdict.why}" * bool(verdict.why))
        )
    failing = sum(bool(verdict.why) for verdict in judged)
    click.echo(
        f"{len(judged) - failing} hold, {failing} fail; {len(golden_queries()) - len(judged)} cannot be judged here"
    )
    if failing:
        raise SystemExit(1)


verbs: list[click.Command] = [search_index, follow_record, reindex_record, synonym_verbs, judge_golden, vocabulary]


def _json(hits: Hits, entries: Sequence[Entry]) -> str:
    found = [{"id": entry.id, "title": entry.resource.title, "url": entry.resource.url} for entry in entries]
    told = {"total": hits.total, "complete": hits.complete, "instead": hits.instead}
    return json.dumps(told | {"hits": found, "facets": hits.facets}, ensure_ascii=False)


def _no_such(facet: str, value: str, counts: dict[str, int]) -> str:
    common = sorted(counts, key=lambda other: -counts[other])
    near = difflib.get_close_matches(value, common, 3, 0.4) or common[:3]
    return f"nothing has {facet} {value}" + (f"; there is {', '.join(near)}" if near else "")


def _line(entry: Entry, score: float) -> str:
    resource = entry.resource
    told: list[Any] = [resource.kind.value, resource.provider, ", ".join(resource.authors[:3]), resource.level]
    facts = " · ".join(str(fact) for fact in told if fact)
    topics = ", ".join(match.topic for match in entry.topics[:5])
    lines = [f"{entry.id:>8}  {resource.title}", f"          {facts}"]
    lines += [
        f"          {line}" for line in (topics, resource.url or (resource.isbn and f"ISBN {resource.isbn}")) if line
    ]
    return "\n".join(lines) + (f"  ({score:.2f})" if score else "")
