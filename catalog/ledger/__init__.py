"""The ledger of crawling, shared by all workers: crawls, hosts, fetches, sources and links, each with its own page.

A thing is taken by a lease: a conditional update that gives it to one asker until a moment. A worker that dies loses
its lease, and another goes on. Moments are seconds since 1970 in UTC.
"""

from catalog.ledger.crawls import Crawls
from catalog.ledger.fetches import Fetches, FetchNote, Totals
from catalog.ledger.hosts import HostMemory, Hosts
from catalog.ledger.leases import NEVER, this_process
from catalog.ledger.links import Check, FailingLink, Links
from catalog.ledger.sources import SourceClock, SourceClocks

__all__ = [
    "NEVER",
    "Check",
    "Crawls",
    "FailingLink",
    "FetchNote",
    "Fetches",
    "HostMemory",
    "Hosts",
    "Links",
    "SourceClock",
    "SourceClocks",
    "Totals",
    "this_process",
]
