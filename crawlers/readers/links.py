"""The links of a page, in order. The home of BeautifulSoup: pages as they are, not as they should be."""

from typing import NamedTuple
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

LARGEST_PAGE = 3_000_000  # characters


class Link(NamedTuple):
    """An absolute address and the words that stand for it."""

    url: str
    text: str


def links_of(page: str, url: str) -> list[Link]:
    """Every link of a page that leads to the web, made absolute against the page's own base."""
    document = BeautifulSoup(page[:LARGEST_PAGE], "lxml", parse_only=SoupStrainer(["a", "base"]))
    stated = document.find("base", href=True)
    base = urljoin(url, str(stated["href"])) if stated is not None else url
    found = []
    for link in document.find_all("a", href=True):
        try:
            absolute = urljoin(base, str(link["href"]).strip())
        except ValueError:
            continue  # brackets where a host should be
        if absolute.startswith(("http://", "https://")):
            found.append(Link(absolute.partition("#")[0], link.get_text(" ", strip=True)))
    return found
