"""Every error that Lodestar raises on purpose. Each message says what to do next.

LodestarError
├── ConfigError            a setting is unknown, of the wrong type or out of range
├── VocabularyError        topics.toml or a role file is wrong
├── RecordError            the record (database) cannot be opened, read or written
├── ListingError           one listing cannot be read; it is reported and skipped
├── CrawlError             a crawl cannot go on
│   ├── SourceError        the source's settings or answers are wrong
│   │   └── SourceWithdrawn  the provider has closed this way in: what is stored stays
│   └── FetchError         one address could not be fetched
│       ├── Busy           429 or 503 after all tries: come back later
│       ├── Refused        robots.txt, 401, 403 or a challenge page: the site says no
│       ├── Withdrawn      404 or 410: what we ask for is gone
│       ├── TooLarge       the answer is larger than the limit
│       └── Forbidden      the address leads where a crawler must not go (private networks, other schemes)
└── SearchError            the search index, or what was asked of it
    ├── BadQuery           unknown facet, sort or page; the query is the asker's to mend
    ├── IndexMissing       no index has been built yet
    ├── IndexDamaged       files of the index are missing or do not match; it is rebuilt
    └── Overtaken          another process published meanwhile: look at the changes again
"""


class LodestarError(Exception):
    """The root: catch this one at a door and show its message."""


class ConfigError(LodestarError):
    """A setting is unknown, of the wrong type or out of range."""


class VocabularyError(LodestarError):
    """The vocabulary of topics and roles contradicts itself."""


class RecordError(LodestarError):
    """The record cannot be opened, read or written."""


class ListingError(LodestarError):
    """One listing cannot be read."""


class CrawlError(LodestarError):
    """A crawl cannot go on."""


class SourceError(CrawlError):
    """The settings or the answers of a source are wrong."""


class SourceWithdrawn(SourceError):
    """The provider has closed this way in."""


class FetchError(CrawlError):
    """One address could not be fetched."""


class Busy(FetchError):
    """The site asks for patience that we have spent."""


class Refused(FetchError):
    """The site does not want this fetch."""


class Withdrawn(FetchError):
    """What we ask for is gone."""


class TooLarge(FetchError):
    """The answer is larger than the limit."""


class Forbidden(FetchError):
    """The address leads where a crawler must not go."""


class SearchError(LodestarError):
    """Something is wrong with the search index or with what was asked of it."""


class BadQuery(SearchError):
    """The query names an unknown facet, sort or page."""


class IndexMissing(SearchError):
    """No index has been built yet."""


class IndexDamaged(SearchError):
    """Files of the index are missing or do not match each other."""


class Overtaken(SearchError):
    """Another generation was published between reading its revision and writing the next."""
