"""What a page says for machines, in four syntaxes, and how they become one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from catalog.model import CourseInstance, Kind, LearningResource, Price
from crawlers.readers.json_ld import read_script, types
from crawlers.readers.schema_org import linked_pages
from crawlers.readers.structured_page import LONGEST_PAGE, StructuredPage, page_resources, read_page

U = "https://s.org/courses/go"


def read(html: str, url: str = U) -> tuple[StructuredPage, list[str]]:
    notes: list[str] = []
    return read_page(html, url, lambda _where, reason: notes.append(reason)), notes


def told(html: str, url: str = U, **more: Any) -> list[LearningResource]:
    return page_resources(read(html, url)[0], url, lambda *_: None, **more)


def script(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **node})}</script>'


MICRODATA = """
<div itemscope itemtype="https://schema.org/Course">
  <h1 itemprop="name">Go</h1> <span itemprop="description">From <b>channels</b>
  to services</span> <meta itemprop="inLanguage" content="en">
</div>
"""
RDFA = """
<div vocab="https://schema.org/" typeof="Course">
  <h1 property="name">Go</h1> <span property="courseCode">GO1</span>
</div>
"""


# ---- the syntaxes together


def test_all_syntaxes_tell_of_one_course() -> None:
    head = '<meta property="og:image" content="/go.png"><meta property="og:locale" content="de_DE">'
    (found,) = told(f"{head}{script(**{'@type': 'Course', 'name': 'Go!', 'url': U})}{MICRODATA}{RDFA}")
    assert found == LearningResource(
        kind=Kind.COURSE,
        title="Go!",
        url=U,
        description="From channels to services",
        language="en",
        course_code="GO1",
        image="https://s.org/go.png",
    ), "each property by the first syntax that tells it"


def test_courses_of_different_addresses_stay_apart() -> None:
    html = script(**{"@type": "Course", "name": "A", "url": "/a"}) + MICRODATA.replace(
        "</h1>", '</h1><a itemprop="url" href="/b">b</a>'
    )
    assert [(one.title, one.url, one.description) for one in told(html)] == [
        ("A", "https://s.org/a", None),
        ("Go", "https://s.org/b", "From channels to services"),
    ]


def test_a_course_and_its_instance_of_one_address_are_one() -> None:
    instance = {"@type": "CourseInstance", "name": "Go in May", "url": U, "startDate": "2024-05-01"}
    (found,) = told(script(**{"@type": "Course", "name": "Go", "url": U}) + script(**instance))
    assert (found.title, found.instances) == ("Go", (CourseInstance(start="2024-05-01"),))


def test_instances_that_are_referred_to_are_no_courses_of_their_own() -> None:
    html = script(
        **{
            "@graph": [
                {"@type": "Course", "name": "Go", "url": U, "hasCourseInstance": {"@id": "#may"}},
                {"@type": "CourseInstance", "@id": "#may", "name": "Go in May", "startDate": "2024-05-01"},
            ]
        }
    )
    assert [(one.title, one.instances) for one in told(html)] == [("Go", (CourseInstance(start="2024-05-01"),))]


# ---- meta tags and Open Graph


def test_meta_tags_are_read_once_each_and_unescaped() -> None:
    page, _ = read(
        "<head><title> A &amp;\n B </title><meta content='' name=description><meta name=DESCRIPTION content='x &lt; y'>"
        "<meta name=description content=second><meta itemprop=name content=n></head>"
    )
    assert (page.title, dict(page.meta)) == ("A & B", {"description": "x < y", "name": "n"})


def test_open_graph_fills_only_the_pages_own_resource() -> None:
    head = '<meta property="og:description" content="of the page"><meta property="og:title" content="List">'
    one, two = ({"@type": "Course", "name": name, "url": f"/{name}"} for name in ("a", "b"))
    assert [found.description for found in told(head + script(**{"@graph": [one, two]}))] == [None, None]
    assert told(head + script(**{"@type": "Course", "name": "a"}))[0].description == "of the page"


@pytest.mark.parametrize(
    ("og_type", "kind", "found"),
    [
        ("book", None, Kind.BOOK),
        ("video.other", None, Kind.VIDEO),
        ("website", None, None),
        ("website", Kind.TUTORIAL, Kind.TUTORIAL),
        ("course", Kind.TUTORIAL, Kind.COURSE),
    ],
)
def test_open_graph_alone(og_type: str, kind: Kind | None, found: Kind | None) -> None:
    head = f'<meta property="og:type" content="{og_type}"><meta property="og:title" content="Go">'
    assert [one.kind for one in told(head, kind=kind)] == ([found] if found else [])


def test_a_book_by_open_graph() -> None:
    (found,) = told(
        "".join(
            f'<meta property="{name}" content="{content}">'
            for name, content in {
                "og:type": "books.book",
                "og:title": "SICP",
                "og:url": "/sicp?utm_source=x",
                "books:isbn": "978-0-262-51087-5",
                "book:release_date": "1996-07-25",
            }.items()
        )
    )
    assert (found.title, found.url, found.isbn, found.published) == (
        "SICP",
        "https://s.org/sicp",
        "9780262510875",
        "1996-07-25",
    )


def test_a_kind_does_not_make_a_resource_of_a_page_without_a_title() -> None:
    assert told('<meta name="description" content="x">', kind=Kind.COURSE) == []


# ---- limits


def test_a_canonical_front_page_is_not_believed() -> None:
    (found,) = told('<link rel="canonical" href="https://s.org/">' + MICRODATA)
    assert found.url == U


def test_traps_end_and_are_told() -> None:
    loop = "".join(
        f'<div id=a{at} itemprop=x itemscope itemref="a{(at + 1) % 20} b{(at + 1) % 20}"></div>'
        f'<div id=b{at} itemprop=x itemscope itemref="a{(at + 1) % 20} b{(at + 1) % 20}"></div>'
        for at in range(20)
    )
    assert read(f'<div itemscope itemref="a0">{loop}</div>')[1] == [
        "more microdata than can be meant; the rest is left out"
    ]
    deep = "<div property=name>" * 1500
    assert read(f'<div vocab="https://schema.org/" typeof=Course>{deep}')[1] == [
        "more RDFa than can be meant; the rest is left out"
    ]


def test_of_a_page_too_long_the_scripts_are_read() -> None:
    page, notes = read(script(**{"@type": "Course", "name": "Go"}) + MICRODATA + " " * LONGEST_PAGE)
    assert [sorted(types(node)) for node in page.graph.nodes] == [["Course"]]
    assert page.graph.nodes[0].keys() == {"@context", "@type", "name"}
    assert len(notes) == 1


@pytest.mark.parametrize("html", ["", "no markup", "\x00\x01", '{"json": "instead"}', "<", "<!-- -->", "\ud800<p>"])
def test_what_is_no_page_tells_nothing(html: str) -> None:
    assert told(html) == []


PIECES = some.sampled_from(
    """
    <div itemscope> itemscope itemref="a b" itemprop="name url" id=a id="b" itemtype="https://schema.org/Course" <a
    href="//[" href="/x" <meta content= property="og:title" property="schema:name" typeof="schema:Course" typeof=Course
    vocab="https://schema.org/" vocab="" prefix="s: http://schema.org/" rel="s:hasCourseInstance" rev=author about=""
    resource="_:x" resource="[]" <time datetime <data value=3 <base href="http://[" <link rel=canonical href=":" >
    <script type="application/ld+json"> {"@type": "Course", "@id": [ ] } "name": null , </script> <!-- </div> text
    {"@context": {"a": "https://schema.org/", "b": 3}, "@type": "a:Course", "a:name": {"@list": [{"@value": {}}]}}
    xmlns:s="http://schema.org/" lang=en <title> <svg/onload= \x00 \ud800 &#x110000; {"@graph": {"@graph": {}}}
    """.split()  # noqa: SIM905
)


@settings(max_examples=300, deadline=None)
@given(some.lists(PIECES | some.text(max_size=4), max_size=40).map(" ".join))
def test_no_page_is_too_mangled(html: str) -> None:
    page, notes = read(html)
    assert all(isinstance(note, str) for note in notes)
    for resource in page_resources(page, U, lambda *_: None, kind=Kind.COURSE):
        assert resource.title
        assert resource.url
    linked_pages(page.graph, U)


KEYS = """
    @id @type type id @context @graph @list @value @language name url audience identifier learningResourceType
    educationalAlignment alignmentType mainEntity item itemListElement hasCourseInstance additionalType keywords
    conditionsOfAccess mainEntityOfPage occupationalCategory audienceType courseCode
"""
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | PIECES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(KEYS.split()), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(some.dictionaries(some.sampled_from(["@context", "audience", "name", "@graph", "identifier"]), VALUES))
def test_no_node_is_too_mangled(node: dict[str, Any]) -> None:
    found = json.dumps({"@type": "Course", "name": "Go", **node}).replace("</", "<\\/")
    told(f'<script type="application/ld+json">{found}</script>', kind=Kind.COURSE)


# ---- recorded pages: every trap that is known, and what becomes of it

JSON_LD = "jsonld_microdata_rdfa"


def recorded(shared: Path, name: str) -> tuple[list[LearningResource], StructuredPage, list[str]]:
    """The page of a file, or the example "name#syntax" of a list of examples; a bare record is put into a script."""
    path, _, part = name.partition("#")
    text = (shared / "fixtures" / path).read_text()
    if part:
        number, _, syntax = part.partition(".")
        text = json.loads(text)[int(number)][syntax]
    elif path.endswith(".json"):
        text = f'<script type="application/ld+json">{text}</script>'
    page, notes = read(text, "https://h.org/x")
    return page_resources(page, "https://h.org/x", lambda _where, reason: notes.append(reason)), page, notes


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [
        (
            "edx/pages/course_cs50s-introduction-to-programming-with-python.html",
            1,
            {"course_code": "HarvardX+CS50P", "institution": "Harvard University"},
        ),
        ("edx/pages/learn_software-engineering.html", 0, {}),
        ("class_central/course_programming-languages.html", 1, {"provider": "Coursera", "authors": ()}),
        (
            f"{JSON_LD}/tess/gtn_galaxy-intro-101.html",
            1,
            {"kind": Kind.TUTORIAL, "provider": "Galaxy Training Network", "hours_min": 1.0},
        ),
        (
            f"{JSON_LD}/tess/sib_course.json",
            1,
            {"title": "First steps with R in Life Sciences", "level_text": "Beginner"},
        ),
        (
            f"{JSON_LD}/tess/nbis-course-instances.json",
            23,
            {
                "kind": Kind.COURSE,
                "url": "https://uppsala.instructure.com/courses/75565",
                "instances": (
                    CourseInstance(start="2023-03-20", end="2023-03-24", mode="onsite, synchronous, full-time"),
                ),
            },
        ),
        (
            f"{JSON_LD}/bioschemas/Course_1.0-RELEASE_course.json",
            1,
            {
                "kind": Kind.COURSE,
                "course_code": "CS101",
                "rating": 4.0,
                "rating_count": None,
                "roles": ("PhD students", "Post-docs"),
                "price": Price(amount=100.0, currency="GBP"),
                "licence": "CC-BY 2.0 CA",
            },
        ),
        (
            f"{JSON_LD}/bioschemas/TrainingMaterial_0.3-DRAFT_BioinfResProt_microdata.html",
            1,
            {
                "kind": Kind.TUTORIAL,
                "title": "Bioinformatics resources for protein biology",
                "authors": ("Dr Jane Doe",),
                "roles": ("Biologist",),
                "published": "2015-04-15",
            },
        ),
        (
            f"{JSON_LD}/schemaorg_examples.json#0.rdfa",
            1,
            {
                "title": "The Data Scientist's Toolbox",
                "instances": (CourseInstance(start="2019-02-15", end="2019-03-21", mode="MOOC, online"),),
            },
        ),
        (
            f"{JSON_LD}/schemaorg_examples.json#1.rdfa",
            1,
            {
                "instances": (
                    CourseInstance(mode="distance learning, Online", price=Price(amount=395.0, currency="GBP")),
                    CourseInstance(mode="distance learning, Posted", price=Price(amount=440.0, currency="GBP")),
                )
            },
        ),
        (
            f"{JSON_LD}/schemaorg_examples.json#3.rdfa",
            1,
            {"course_code": "F300", "institution": "University of Bristol", "url": "https://h.org/x"},
        ),
        (
            f"{JSON_LD}/schemaorg_examples.json#4.microdata",
            1,
            {
                "kind": Kind.TUTORIAL,
                "url": "http://example.org/lessonplan",
                "level_text": "Key Stage 3",
                "hours_min": 1.0,
                "roles": (),
            },
        ),
        (f"{JSON_LD}/schemaorg_examples.json#4.rdfa", 1, {"level_text": "KS 3", "hours_min": 1.0, "roles": ()}),
        (f"{JSON_LD}/schemaorg_examples.json#6.microdata", 2, {"kind": Kind.BOOK, "language": "fr"}),
        (
            f"{JSON_LD}/schemaorg_examples.json#13.microdata",
            1,
            {"isbn": "9780030426599", "pages": 598, "rating": None, "provider": "Holt, Rinehart and Winston"},
        ),
        (f"{JSON_LD}/schemaorg_examples.json#13.rdfa", 1, {"isbn": "9780030426599", "pages": 598}),
        (f"{JSON_LD}/schemaorg_examples.json#13.json_ld", 1, {"isbn": "9780030426599", "pages": 598}),
        (f"{JSON_LD}/extruct/schema.org/product-ref.html", 0, {}),
        (
            "oersi_amb/valid/highered-course.json",
            1,
            {
                "kind": Kind.COURSE,
                "url": "https://oer.gitlab.io/OS",
                "subjects": ("Informatik", "Computer Science", "Operation Systems", "Computer Structures"),
                "access_note": "no login",
                "licence": "https://creativecommons.org/licenses/by-sa/4.0/",
                "level_text": "Bachelor or equivalent",
                "roles": (),
                "is_free": True,
            },
        ),
        ("oersi_amb/valid/videoWithoutContentUrl.json", 1, {"kind": Kind.VIDEO}),
        ("oersi_amb/invalid/conceptWithMonolingualLabels.json", 1, {"kind": Kind.COURSE, "subjects": ("Französisch",)}),
        ("oersi_amb/invalid/wrongDuration.json", 1, {"hours_min": 0.7994, "duration_text": "47m58s"}),
        ("oersi_amb/invalid/isAccessibleForFree.json", 1, {"is_free": False}),
    ],
)
def test_known_traps_are_read(shared: Path, name: str, count: int, expected: dict[str, object]) -> None:
    found, _, _ = recorded(shared, name)
    assert len(found) == count
    assert {key: getattr(found[0], key) for key in expected} == expected if expected else True


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("extruct/custom.invalid/JSONLD_with_control_characters.html", "was mended"),
        ("extruct/custom.invalid/AllocateAction.001.html", "was mended"),
        ("extruct/custom.invalid/JoinAction.001.html", "was mended"),
        ("extruct/schema.org.invalid/JoinAction.001.html", "was mended"),
        ("bioschemas/CourseInstance_1.0-RELEASE_courseInstance.json", "left out: Expecting ',' delimiter"),
        ("bioschemas/TrainingMaterial_1.0-RELEASE_trainingMaterial.json", "left out: Expecting ',' delimiter"),
        ("tess/nbis-course-instances.json", "want of a title or of an address of its own: FAIR"),
    ],
)
def test_known_traps_are_told(shared: Path, name: str, reason: str) -> None:
    _, _, notes = recorded(shared, f"{JSON_LD}/{name}")
    assert any(reason in note for note in notes), notes


@pytest.mark.shared
def test_raw_line_breaks_in_answers_of_udemy(shared: Path) -> None:
    for path in (shared / "fixtures/udemy").glob("*.txt"):
        value, _ = read_script(path.read_text())
        assert isinstance(value, dict), path


@pytest.mark.shared
def test_lists_of_courses_lead_to_their_pages(shared: Path) -> None:
    url = "https://www.classcentral.com/subject/databases"
    page, notes = read((shared / "fixtures/class_central/subject_databases.html").read_text(), url)
    found = linked_pages(page.graph, url)
    assert (len(found), found[1]) == (15, "https://www.classcentral.com/course/db-303")
    assert notes == []
    assert page.title is not None
    assert page.meta["og:type"] == "website"
