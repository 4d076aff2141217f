"""What operators type of the record: `show`, `export`, `reingest`, `config`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from catalog.classify import Classifier
from catalog.config import Config, describe
from catalog.export import open_for_writing, write_csv, write_json_lines
from catalog.ingest import reingest
from catalog.model import Entry, LearningResource, encode
from catalog.progress import Step, progress
from catalog.store import LARGEST_ID, Store
from catalog.vocabulary import load_vocabulary


@click.command("show")
@click.argument("entry_id", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@click.option("--json", "as_json", is_flag=True, help="The entry as JSON.")
@click.pass_obj
def show_entry(config: Config, entry_id: int, *, as_json: bool) -> None:
    """Show what the catalogue holds under ID: facts and who told them, topics with evidence, listings, history.

    \b
    Examples:
      lodestar show 12
      lodestar show 12 --json
    """
    store = Store.open(config.record.url)
    entry = store.entry(entry_id)
    if entry is None:
        raise click.ClickException(f"there is no entry {entry_id}; `lodestar search WORDS` shows ids")
    click.echo(encode(entry).decode() if as_json else "\n".join(_told(entry, store)))


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--csv", "as_csv", is_flag=True, help="A table instead of JSON lines (also when FILE ends in .csv).")
@click.pass_obj
def export_entries(config: Config, file: Path | None, *, as_csv: bool) -> None:
    """Write all live entries to FILE, or to the standard output; `lodestar import` reads them again.

    \b
    Examples:
      lodestar export catalogue.jsonl.gz
      lodestar export --csv > catalogue.csv
    """
    store = Store.open(config.record.url)
    write = write_csv if as_csv or (file and ".csv" in file.name) else write_json_lines
    with progress("Writing", total=store.size(), unit="entries") as step:
        entries = _stepping(store, step)
        if file is None:
            write(entries, sys.stdout)
        else:
            with open_for_writing(file) as out:
                write(entries, out)


@click.command("config")
@click.pass_obj
def show_config(config: Config) -> None:
    """Show every setting in force and where its value comes from.

    \b
    Examples:
      lodestar config
      LODESTAR_SITE_PORT=9000 lodestar config
    """
    for key, value, origin in describe(config):
        click.echo(f"{key} = {value}  # {origin}")


@click.command("reingest")
@click.pass_obj
def reingest_record(config: Config) -> None:
    """Merge and classify every entry again, after topics, roles or rules have changed; nothing is crawled.

    \b
    Example:
      lodestar reingest
    """
    store = Store.open(config.record.url)
    with progress("Reingesting", total=store.size(), unit="entries") as step:
        changed = reingest(store, Classifier(load_vocabulary()), step)
    click.echo(f"{changed:,} entries changed")


verbs: list[click.Command] = [show_entry, export_entries, reingest_record, show_config]


def _stepping(store: Store, step: Step) -> Iterator[Entry]:
    for batch in store.scan():
        yield from batch
        step(len(batch))


def _told(entry: Entry, store: Store) -> Iterator[str]:
    yield f"{entry.id}  {entry.resource.title}{'  (retired)' if entry.retired else ''}"
    for at, met in entry.dead_link.checks if entry.dead_link else ():
        yield f"  link dead {at}: {met}"
    for name in LearningResource.__struct_fields__:
        value = getattr(entry.resource, name)
        if value not in (None, ()) and name != "title":
            words = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            yield f"  {name}: {words}  [{entry.teller(name)}]"
    for match in entry.topics:
        evidence = "; ".join(f"{found.field}: “{found.phrase}”" for found in match.evidence)
        yield f"  topic {match.topic} {match.confidence:.2f}  ({evidence})"
    for fit in entry.roles:
        yield f"  role {fit.role} {fit.fit:.2f}"
    for told in store.listings(entry.id):
        state = "retired" if told.retired else "live"
        yield f"  listing {told.listing.source} {told.listing.key}  {told.first_seen} to {told.last_seen}, {state}"
    for change in store.history(entry.id):
        yield f"  change {change.number} {change.at} {change.kind} {', '.join(change.fields)}"
