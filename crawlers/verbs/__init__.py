"""What operators type, by what it is about."""

import click

from crawlers.verbs.overview import show_hosts, show_report, show_sources
from crawlers.verbs.reading import crawl_sources, import_files
from crawlers.verbs.rehearsing import preview_source, record_source, replay_recording
from crawlers.verbs.trust import discard_crawl, release_crawl, show_crawls
from crawlers.verbs.working import work_on_sources

verbs: list[click.Command] = [
    import_files,
    crawl_sources,
    preview_source,
    show_crawls,
    release_crawl,
    discard_crawl,
    show_sources,
    show_hosts,
    show_report,
    record_source,
    replay_recording,
    work_on_sources,
]
