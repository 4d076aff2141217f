"""Repositories by OAI-PMH: pages by token, deleted records, errors in answers with status 200, broken XML."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.answer import Answer
from crawlers.readers.oai_pmh import read_oai
from crawlers.source import Report
from crawlers.sources.oai_pmh import OaiPmh
from tests.crawlers.local_web import LocalWeb, Reply, fetcher

RECORD = """<record><header{deleted}><identifier>oai:r.org:{number}</identifier>
<datestamp>2024-05-06</datestamp></header>
<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Distributed systems {number}</dc:title><dc:creator>Ada Example</dc:creator><dc:creator>Bo Example</dc:creator>
<dc:description>Short.</dc:description><dc:description>The longer one.</dc:description>
<dc:identifier>ISBN 978-0-13-468599-1</dc:identifier><dc:identifier>https://r.org/{number}</dc:identifier>
<dc:identifier>doi:10.1000/xyz{number}</dc:identifier><dc:subject>Software</dc:subject><dc:type>Lecture</dc:type>
<dc:date>2019-03</dc:date><dc:language>eng</dc:language><dc:publisher>University of R</dc:publisher>
<dc:rights>All rights</dc:rights><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights></oai_dc:dc></metadata></record>"""


def page(*records: str, token: str | None = None) -> str:
    end = f"<resumptionToken>{token}</resumptionToken>" if token is not None else ""
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{"".join(records)}{end}</ListRecords></OAI-PMH>'


def record(number: int, deleted: str = "") -> str:
    return RECORD.format(number=number, deleted=deleted)


def repository(web: LocalWeb, answer: Callable[[dict[str, list[str]]], str | Reply]) -> None:
    """Every address under /oai answers by its query."""

    class Pages(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            parts = urlsplit(path)
            if parts.path != "/oai":
                return dict.get(self, path, default)
            told = answer(parse_qs(parts.query))
            return told if isinstance(told, Reply) else Reply(told, content_type="text/xml")

    web.pages = Pages(web.pages)


def harvest(web: LocalWeb, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    with fetcher() as fetch:
        source = OaiPmh({"name": "Repository R", "url": web.url("/oai"), **settings})
        return list(source.listings(fetch, report)), report


def test_pages_are_asked_for_by_the_token_alone(web: LocalWeb) -> None:
    asked: list[dict[str, list[str]]] = []

    def answer(query: dict[str, list[str]]) -> str:
        asked.append(query)
        return (
            page(record(3), token="") if "resumptionToken" in query else page(record(1), record(2), token="a b&amp;c")
        )

    repository(web, answer)
    found, report = harvest(web, set="cs")
    assert [one.key for one in found] == ["oai:r.org:1", "oai:r.org:2", "oai:r.org:3"]
    assert asked == [
        {"verb": ["ListRecords"], "metadataPrefix": ["oai_dc"], "set": ["cs"]},
        {"verb": ["ListRecords"], "resumptionToken": ["a b&c"]},
    ]
    assert report.complete
    assert report.problems == ()


def test_dublin_core_is_mapped(web: LocalWeb) -> None:
    repository(web, lambda _query: page(record(1)))
    (found,), _ = harvest(web)
    told = found.resource
    assert found.source == "oai-pmh.repository-r"
    assert (told.kind, told.title, told.url) == (Kind.COURSE, "Distributed systems 1", "https://r.org/1")
    assert (told.isbn, told.doi, told.published, told.language) == (
        "9780134685991",
        "10.1000/xyz1",
        "2019-03",
        "en",
    )
    assert told.authors == ("Ada Example", "Bo Example")
    assert told.description == "The longer one."
    assert (told.provider, told.institution) == ("Repository R", "University of R")
    assert told.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert told.is_free is None


def test_deleted_records_are_left_out(web: LocalWeb) -> None:
    repository(web, lambda _query: page(record(1, ' status="deleted"'), record(2)))
    found, report = harvest(web)
    assert [one.key for one in found] == ["oai:r.org:2"]
    assert report.skipped == 0


@pytest.mark.parametrize("token", ["x", "y"])
def test_tokens_that_go_round_end(web: LocalWeb, token: str) -> None:
    repository(web, lambda query: page(record(1), token="y" if query.get("resumptionToken") == ["x"] else "x"))
    _, report = harvest(web)
    assert not report.complete
    assert "round in a circle" in report.problems[-1]


def test_an_error_is_told_and_no_records_are_none(web: LocalWeb) -> None:
    error = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="{}">No set x</error></OAI-PMH>'
    repository(web, lambda _query: error.format("noRecordsMatch"))
    assert harvest(web)[0] == []
    repository(web, lambda _query: error.format("badArgument"))
    with pytest.raises(SourceError, match="badArgument: No set x"):
        harvest(web)


def test_a_later_error_keeps_what_was_read(web: LocalWeb) -> None:
    error = '<OAI-PMH><error code="badResumptionToken"/></OAI-PMH>'
    repository(web, lambda query: error if "resumptionToken" in query else page(record(1), token="t"))
    found, report = harvest(web)
    assert len(found) == 1
    assert not report.complete
    assert "badResumptionToken" in report.problems[-1]


def test_busy_is_part_of_the_protocol(web: LocalWeb) -> None:
    answers = [Reply(status=503, headers={"Retry-After": "2"}), Reply(page(record(1)), content_type="text/xml")]
    repository(web, lambda _query: answers.pop(0))
    assert len(harvest(web)[0]) == 1


def test_references_keep_their_signs_after_a_fault(web: LocalWeb) -> None:
    told = page(record(1)).replace(
        "Distributed systems 1", "Q & A: Tom &amp; Jerry&#39;s caf&eacute; &lt;C&gt; &unknown;"
    )
    repository(web, lambda _query: '<?xml version="1.0" encoding="iso-8859-1"?>\n<!-- harvest -->\n' + told)
    (found,), _ = harvest(web)
    assert found.resource.title == "Q & A: Tom & Jerry's café <C> &unknown;"


def test_entities_a_repository_declares_are_not_expanded(web: LocalWeb) -> None:
    told = page(record(1)).replace("Distributed systems 1", "Systems &secret;")
    declared = '<!DOCTYPE OAI-PMH [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    repository(web, lambda _query: declared + told)
    (found,), _ = harvest(web)
    assert found.resource.title == "Systems &secret;"


def test_broken_xml_is_read_as_far_as_it_goes(web: LocalWeb) -> None:
    repository(web, lambda _query: page(record(1), record(2)).replace("</oai_dc:dc></metadata></record>", "", 1)[:2500])
    found, report = harvest(web)
    assert found
    assert not report.complete
    assert "XML is broken" in report.problems[0]


def test_entities_stay_what_they_are(web: LocalWeb) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    repository(web, lambda _query: bomb + page(record(1).replace("Short.", "&f;&a;")))
    (found,), _ = harvest(web)
    assert "root:" not in str(found)


def test_wrong_settings_are_told() -> None:
    with pytest.raises(SourceError, match="https://"):
        OaiPmh({"name": "R", "url": "ftp://r.org"})
    with pytest.raises(SourceError, match="list of tables"):
        OaiPmh.opened({"repositories": 3})
    one, two = OaiPmh.opened(
        {"enabled": True, "repositories": [{"name": "A", "url": "https://a"}, {"name": "B", "url": "https://b"}]}
    )
    assert (one.listed_as, two.listed_as, one.on) == ("oai-pmh.a", "oai-pmh.b", True)


@given(st.binary(max_size=200))
def test_rubbish_is_told(body: bytes) -> None:
    with pytest.raises(SourceError):
        read_oai(Answer(url="https://r.org", body=body))


@pytest.mark.shared
def test_recorded_answers(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/oai_pmh/sickle"

    def answer(query: dict[str, list[str]]) -> str:
        token = query.get("resumptionToken", ["ListRecords.xml"])[0]
        if token == "ListRecords3.xml":
            return (folder / "noRecordsMatch.xml").read_text()
        return (folder / token).read_text()

    repository(web, answer)
    found, report = harvest(web)
    assert {one.key for one in found} >= {"oai:test.example.com:1585322"}
    assert found[0].resource.title == "Sample Title"
    assert found[0].resource.url == "http://test.example.com/publication/1585322"
    assert report.complete
    for name in ("badArgument.xml", "cannotDisseminateFormat.xml", "undefinedError.xml"):
        repository(web, lambda _query, name=name: (folder / name).read_text())  # type: ignore[misc]
        with pytest.raises(SourceError, match="answers the error"):
            harvest(web)
    repository(web, lambda _query: (folder / "ListRecordsBroken.xml").read_text())
    with pytest.raises(SourceError, match="answers no"):
        harvest(web)
