"""What editors type of topics and roles: `vocabulary check`, `vocabulary unmapped`, `vocabulary try`."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from catalog.config import Config
from catalog.model import LearningResource
from catalog.progress import progress
from catalog.shelf import Shelf
from catalog.store import Store
from catalog.vocabulary import HOME, Vocabulary, load_vocabulary
from catalog.vocabulary.preview import Preview, Shift
from catalog.vocabulary.toml_file import TomlFile
from catalog.vocabulary.unmapped import unmapped


@click.group("vocabulary")
def vocabulary() -> None:
    """Topics, roles and the terms of sources: check them, see what is missing, try a change.

    \b
    Examples:
      lodestar vocabulary check
      lodestar vocabulary unmapped --top 50
      lodestar vocabulary try topics.toml --sample 20000
      lodestar vocabulary queries topics.toml "db design"
    """


@vocabulary.command("check")
def check() -> None:
    """Read topics, roles and terms of sources; say how many there are, or what is wrong and on which line.

    \b
    Example:
      lodestar vocabulary check
    """
    found = load_vocabulary()
    names = sum(
        len(topic.sure_names) + len(topic.ambiguous) + len(topic.unsure_in_books) for topic in found.topics.values()
    )
    click.echo(f"{len(found.topics)} topics by {names:,} names, {len(found.roles)} roles")
    click.echo(f"{len(found.source_terms)} terms of sources")


@vocabulary.command("unmapped")
@click.option("--source", metavar="S", help="Only the terms of this source.")
@click.option("--books", is_flag=True, help="The subjects of books too; most are not about computing.")
@click.option("--top", metavar="N", type=click.IntRange(min=1), default=40, show_default=True, help="How many terms.")
@click.pass_obj
def show_unmapped(config: Config, source: str | None, top: int, *, books: bool) -> None:
    """List the subjects and skills of sources that name no topic, with the number of their listings.

    \b
    Examples:
      lodestar vocabulary unmapped
      lodestar vocabulary unmapped --source coursera --top 100
    """
    store = Store.open(config.record.url)
    known = [name for name, _ in store.sources()]
    if source is not None and source not in known:
        raise click.ClickException(
            f"the record has no listing of {source!r}; it has {', '.join(sorted(known)) or 'none'}"
        )
    tags = Shelf(store).tags([source] if source else known, books=books)
    found = list(islice(unmapped(tags, load_vocabulary()), top))
    for one in found:
        click.echo(f"{one.listings:7,}  {one.source}  {one.term}")
    if not found:
        click.echo("every subject and skill names a topic or is left out on purpose")


@vocabulary.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sample", metavar="N", type=click.IntRange(min=1), help="Look at N entries, evenly spread.")
@click.option(
    "--top", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="Topics, roles shown."
)
@click.pass_obj
def try_file(config: Config, file: Path, sample: int | None, top: int) -> None:
    """Preview what FILE would change: an edited topics.toml or source_terms.toml, or a role file. Nothing is written.

    \b
    Examples:
      lodestar vocabulary try topics.toml
      lodestar vocabulary try search-engineer.toml --sample 20000
    """
    preview = Preview(load_vocabulary(), edited(file))
    store = Store.open(config.record.url)
    with progress("Looking", total=min(sample or store.size(), store.size()), unit="entries") as step:
        for some in _resources(store, sample):
            preview.look(some)
            step(len(some))
    click.echo(f"{preview.changed:,} of {preview.seen:,} entries would change")
    for kind in ("topic", "role"):
        for shift in preview.shifts(kind)[:top]:
            click.echo("\n".join(_lines(kind, shift)))


def edited(file: Path) -> Vocabulary:
    """The vocabulary with one file taken in the place of the one that ships."""
    content = TomlFile(file).content
    if "must" in content:
        return load_vocabulary(role=file)
    if any(isinstance(value, dict) and "definition" in value for value in content.values()):
        return load_vocabulary(file, terms_path=HOME / "source_terms.toml")
    return load_vocabulary(terms_path=file)


def _resources(store: Store, sample: int | None) -> Iterator[list[LearningResource]]:
    every = max(1, store.size() // sample) if sample else 1
    for batch in store.scan():
        yield [entry.resource for entry in batch if entry.id % every == 0]


def _lines(kind: str, shift: Shift) -> Iterator[str]:
    yield f"{kind} {shift.name}: +{shift.gained:,} −{shift.lost:,}"
    yield from (f"    + {title}" for title in shift.gaining)
    yield from (f"    − {title}" for title in shift.losing)
