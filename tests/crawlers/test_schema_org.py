import json
from pathlib import Path
from typing import Any

import pytest

from catalog.model import CourseInstance, Kind, LearningResource, Level, Price
from crawlers.readers.json_ld import Graph, json_ld
from crawlers.readers.schema_org import linked_pages, resources

U = "https://s.org/courses/go"


def told(*nodes: dict[str, Any], **more: Any) -> list[LearningResource]:
    return resources(Graph(list(nodes)), U, **more)


def course(**properties: Any) -> LearningResource:
    (found,) = told({"@type": "Course", "name": "Go", **properties})
    return found


def test_the_least_a_course_needs() -> None:
    assert course() == LearningResource(kind=Kind.COURSE, title="Go", url=U)
    assert told({"@type": "Course", "description": "no name"}) == []
    assert told({"@type": "Organization", "name": "Acme"}) == []


@pytest.mark.parametrize(
    ("types", "more", "kind"),
    [
        ("Course", {}, Kind.COURSE),
        (["Product", "Course"], {}, Kind.COURSE),
        ("Product", {"additionalType": "http://schema.org/Course"}, Kind.COURSE),
        ("AudioBook", {}, Kind.BOOK),
        ("PodcastSeries", {}, Kind.PODCAST),
        ("VideoObject", {}, Kind.VIDEO),
        ("LearningResource", {}, Kind.TUTORIAL),
        ("LearningResource", {"learningResourceType": ["slides", "Course"]}, Kind.COURSE),
        ("EducationalOccupationalProgram", {}, Kind.PROGRAM),
        ("CourseInstance", {}, Kind.COURSE),
    ],
)
def test_kinds(types: Any, more: dict[str, Any], kind: Kind) -> None:
    assert [one.kind for one in told({"@type": types, "name": "X", **more})] == [kind]


def test_a_trailer_is_no_resource_beside_its_course() -> None:
    found = told({"@type": "VideoObject", "name": "Trailer", "url": "/t"}, {"@type": "Course", "name": "Go"})
    assert [(one.title, one.url) for one in found] == [("Go", U)]


def test_a_list_with_full_entries() -> None:
    entries = [
        {"@type": "ListItem", "position": at, "item": {"@type": "Course", "name": f"C{at}", "url": f"/c/{at}"}}
        for at in (1, 2, 2)
    ]
    found = told({"@type": "ItemList", "itemListElement": entries})
    assert [one.url for one in found] == ["https://s.org/c/1", "https://s.org/c/2"]


@pytest.mark.parametrize(
    "author",
    [
        "Ann Lee, Bob Ray",
        ["Ann Lee", "Bob Ray"],
        [{"@type": "Person", "name": "Ann Lee"}, "Bob Ray"],
        [{"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, {"name": ["Bob Ray"]}],
        [{"@id": "#ann"}, {"@id": "#bob"}, {"@id": "https://nowhere.org/x"}],
    ],
)
def test_authors_in_every_shape(author: Any) -> None:
    people = [
        {"@id": "#ann", "@type": "Person", "name": "Ann Lee"},
        {"@id": "#bob", "@type": "Person", "name": "Bob Ray"},
    ]
    (found,) = told({"@type": "Course", "name": "Go", "author": author}, *people)
    assert found.authors == ("Ann Lee", "Bob Ray")


def test_instructors_of_instances_are_authors() -> None:
    found = course(
        hasCourseInstance=[
            {
                "@type": "CourseInstance",
                "startDate": "2024-05-01T09:00",
                "courseMode": ["Online"],
                "instructor": {"name": "Ann Lee"},
            }
        ]
    )
    assert found.authors == ("Ann Lee",)
    assert found.instances == (CourseInstance(start="2024-05-01", mode="Online"),)


def test_universities_are_institutions_and_sellers_platforms() -> None:
    found = course(
        provider=[{"@type": "CollegeOrUniversity", "name": "Acme University"}], offers={"seller": {"name": "Coursly"}}
    )
    assert (found.provider, found.institution) == ("Coursly", "Acme University")
    (found,) = told({"@type": "Course", "name": "Go"}, provider="Site")
    assert found.provider == "Site"


@pytest.mark.parametrize(
    ("properties", "hours", "text"),
    [
        ({"timeRequired": "PT1H30M"}, 1.5, "PT1H30M"),
        ({"timeRequired": "W10"}, None, "10 weeks"),
        ({"timeRequired": "P6W"}, None, "6 weeks"),
        ({"hasCourseInstance": {"courseWorkload": "PT22H"}}, 22.0, "PT22H"),
        (
            {
                "hasCourseInstance": {
                    "courseSchedule": {"duration": "PT3H", "repeatCount": 4, "repeatFrequency": "Daily"}
                }
            },
            12.0,
            "4 × PT3H",
        ),
        ({"timeRequired": "whenever"}, None, "whenever"),
        ({}, None, None),
    ],
)
def test_durations(properties: dict[str, Any], hours: float | None, text: str | None) -> None:
    found = course(**properties)
    assert (found.hours_min, found.duration_text) == (hours, text)


@pytest.mark.parametrize(
    ("offers", "price", "free"),
    [
        ({"price": "49.00", "priceCurrency": "usd"}, Price(amount=49.0, currency="USD"), None),
        ([{"category": "Paid"}, {"price": 10, "priceCurrency": "EUR"}], Price(amount=10.0, currency="EUR"), False),
        (
            {"@type": "AggregateOffer", "lowPrice": "5", "highPrice": "9", "priceCurrency": "GBP"},
            Price(amount=5.0, currency="GBP"),
            None,
        ),
        ({"priceSpecification": {"price": 7, "priceCurrency": "CHF"}}, Price(amount=7.0, currency="CHF"), None),
        ({"category": "Free"}, None, True),
        ({"category": "Partially Free"}, None, None),
        ({"price": "ask us"}, None, None),
        ("nonsense", None, None),
    ],
)
def test_offers(offers: Any, price: Price | None, free: bool | None) -> None:
    found = course(offers=offers)
    assert (found.price, found.is_free) == (price, free)


@pytest.mark.parametrize(
    ("stated", "rating", "count"),
    [
        ({"ratingValue": "4.5", "ratingCount": "1,234"}, 4.5, 1234),
        ({"ratingValue": 90, "bestRating": "100", "reviewCount": 3}, 4.5, 3),
        ([{"ratingValue": "9", "bestRating": 10}], 4.5, None),
        ({"ratingValue": "87"}, None, None),
        ({"ratingValue": None}, None, None),
    ],
)
def test_ratings(stated: Any, rating: float | None, count: int | None) -> None:
    found = course(aggregateRating=stated)
    assert (found.rating, found.rating_count) == (rating, count)


@pytest.mark.parametrize(
    "stated",
    [
        "en",
        "English",
        ["en", "de"],
        {"@type": "Language", "name": "English", "alternateName": "en"},
        [{"name": "English"}],
    ],
)
def test_languages(stated: Any) -> None:
    assert course(inLanguage=stated).language == "en"


def test_texts_in_several_languages() -> None:
    name = [{"@value": "Netze", "@language": "de"}, {"@value": "Networks", "@language": "en"}]
    (found,) = told({"@type": "Course", "name": name, "about": {"prefLabel": {"de": "Informatik", "en": "Computing"}}})
    assert (found.title, found.subjects) == ("Networks", ("Computing",))


def test_words_of_the_site_become_ours() -> None:
    found = course(
        educationalLevel={"@type": "DefinedTerm", "name": "Beginner"},
        keywords="go, concurrency, testing",
        about=[{"@type": "Thing", "name": "Programming"}, "https://dbpedia.org/Go"],
        teaches=["Goroutines", {"name": "Channels"}],
        coursePrerequisites=["Loops", {"name": "Functions"}],
        syllabusSections=[{"@type": "Syllabus", "name": "Week 1"}],
        isAccessibleForFree="http://schema.org/True",
        totalHistoricalEnrollment="1200",
        image={"@type": "ImageObject", "url": "/i.png"},
        license="https://creativecommons.org/licenses/by/4.0/",
        datePublished="2024-03-01T10:00:00Z",
    )
    assert (found.level, found.level_text) == (Level.BEGINNER, "Beginner")
    assert found.subjects == ("Programming", "go", "concurrency", "testing")
    assert found.skills == ("Goroutines", "Channels")
    assert (found.prerequisites, found.syllabus) == ("Loops; Functions", ("Week 1",))
    assert (found.is_free, found.enrolment_count) == (True, 1200)
    assert (found.image, found.published) == ("https://s.org/i.png", "2024-03-01")
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_a_book_by_its_edition() -> None:
    (found,) = told(
        {
            "@type": "Book",
            "name": "SICP",
            "workExample": [{"isbn": "wrong"}, {"isbn": "0-262-51087-1"}],
            "numberOfPages": "657",
        }
    )
    assert (found.isbn, found.pages) == ("9780262510875", 657)


def test_addresses() -> None:
    assert course(url="../x?utm_source=a#b").url == "https://s.org/x"
    assert course(**{"@id": "_:b0"}).url == U
    assert course(url="https://s.org/").url == U, "the front page is not the course"
    assert course(mainEntityOfPage={"@id": "https://s.org/main"}).url == "https://s.org/main"


def test_rubbish_does_no_harm() -> None:
    rubbish: Any
    for rubbish in (3, True, [], {}, [[]], [None], {"@id": 3}, {"name": {"name": {"x": 1}}}, "", "\x00"):
        keys = (
            "description provider author inLanguage educationalLevel timeRequired offers aggregateRating about image "
            "license isbn hasCourseInstance"
        )
        told({"@type": "Course", "name": "Go", **dict.fromkeys(keys.split(), rubbish)})
        told({"@type": ["Course", rubbish], "name": rubbish, "url": rubbish})


@pytest.mark.parametrize(
    ("audience", "roles"),
    [
        ({"@type": "EducationalAudience", "educationalRole": "teacher"}, ()),
        ({"@type": "Audience", "audienceType": "Database administrators"}, ("Database administrators",)),
        ([{"prefLabel": {"de": "Lernende", "en": "student"}}, "students"], ()),
        ("DevOps engineers, Students", ("DevOps engineers",)),
        ("x" * 200, ()),
    ],
)
def test_occupations_are_roles_and_people_in_rooms_are_not(audience: Any, roles: tuple[str, ...]) -> None:
    assert course(audience=audience, typicalAgeRange="10-12").roles == roles


def test_words_of_material_for_learning() -> None:
    (found,) = told(
        {
            "@type": "WebPage",
            "name": "Go",
            "learningResourceType": [{"id": "https://w3id.org/kim/hcrt/textbook", "prefLabel": {"de": "Lehrbuch"}}],
            "conditionsOfAccess": {"id": "http://w3id.org/kim/conditionsOfAccess/no_login"},
            "license": {"id": "https://creativecommons.org/licenses/by/4.0/"},
            "mainEntityOfPage": [{"id": "https://oer.org/1", "provider": {"name": "OER Hub"}}],
            "identifier": [{"@type": "PropertyValue", "propertyID": "doi", "value": "10.1000/Go.1"}],
            "educationalAlignment": [
                {"alignmentType": "teaches", "targetName": "Goroutines"},
                {"alignmentType": "educationalSubject", "targetName": "Programming"},
            ],
            "id": "https://oer.org/go",
        }
    )
    assert (found.kind, found.url, found.provider) == (Kind.BOOK, "https://oer.org/go", "OER Hub")
    assert (found.access_note, found.licence) == ("no login", "https://creativecommons.org/licenses/by/4.0/")
    assert (found.doi, found.skills, found.subjects) == ("10.1000/go.1", ("Goroutines",), ("Programming",))


def test_a_page_is_no_resource_unless_it_says_so() -> None:
    assert told({"@type": "WebPage", "name": "Home"}, {"@type": "CreativeWork", "name": "X"}) == []
    assert told({"@type": "Person", "name": "X", "learningResourceType": "course"}) == []
    (found,) = told({"@type": "creativeWork", "name": "X", "courseCode": "X1"})
    assert (found.kind, found.course_code) == (Kind.COURSE, "X1")


def test_what_is_left_out_is_told() -> None:
    notes: list[str] = []
    nodes: list[dict[str, Any]] = [{"@type": "Course", "name": name} for name in ("A", "B")]
    assert resources(Graph(nodes), U, note=lambda _where, reason: notes.append(reason)) == []
    assert [note.rpartition(": ")[2] for note in notes] == ["A", "B"]


def test_lists_lead_to_pages() -> None:
    graph = Graph(
        [
            {"@type": "BreadcrumbList", "itemListElement": [{"item": "/home"}]},
            {
                "@type": "ItemList",
                "itemListElement": [
                    {"@type": "ListItem", "position": 1, "url": "/a"},
                    {"@type": "ListItem", "item": {"@id": "https://s.org/b"}},
                    {"@type": "ListItem", "item": {"@type": "Course", "url": "/c"}},
                    "/d",
                    {"@type": "ListItem", "name": "nowhere"},
                    {"@type": "ListItem", "url": "/a"},
                ],
            },
        ]
    )
    assert linked_pages(graph, U) == [f"https://s.org/{name}" for name in "abcd"]


# ---- recorded pages


def from_file(path: Path, **more: Any) -> list[LearningResource]:
    return resources(json_ld(path.read_text(), "https://h/x", lambda *_: None), "https://h/x", **more)


@pytest.mark.shared
def test_pages_of_edx(shared: Path) -> None:
    (found,) = from_file(
        shared / "fixtures/edx/pages/course_cs50s-introduction-to-programming-with-python.html", provider="edX"
    )
    assert found.title == "CS50's Introduction to Programming with Python"
    assert (found.provider, found.institution, found.authors) == ("edX", "Harvard University", ("David J. Malan",))
    assert (found.language, found.is_free, found.duration_text, found.subjects) == (
        "en-us",
        True,
        "10 weeks",
        ("Computer Science",),
    )
    assert found.instances == (CourseInstance(start="2022-04-01", end="2023-12-31"),)
    assert from_file(shared / "fixtures/edx/pages/learn_software-engineering.html") == []


@pytest.mark.shared
def test_scripts_of_edx(shared: Path) -> None:
    lines = (shared / "fixtures/edx/course_jsonld_2022.ndjson").read_text().splitlines()
    for line in filter(None, lines):
        row = json.loads(line)
        (found,) = resources(
            json_ld(f'<script type="application/ld+json">{row["jsonld_text"]}</script>', row["page"], print),
            row["page"],
        )
        assert found.url == row["page"]
        assert found.institution
        assert found.duration_text is not None
        assert found.duration_text.endswith("weeks")


@pytest.mark.shared
def test_a_page_of_class_central(shared: Path) -> None:
    (found,) = from_file(shared / "fixtures/class_central/course_programming-languages.html")
    assert (found.title, found.provider, found.institution) == (
        "Programming Languages, Part A",
        "Coursera",
        "University of Washington",
    )
    assert (found.rating, found.rating_count, found.price) == (4.74, 27, Price(amount=0.0, currency="USD"))
    assert found.authors == (), "reviewers are not authors"


@pytest.mark.shared
def test_records_of_other_makers(shared: Path) -> None:
    folder = shared / "fixtures/jsonld_microdata_rdfa"
    (found,) = from_file(folder / "tess/gtn_galaxy-intro-101.html")
    assert (found.kind, found.hours_min, found.language, found.level) == (Kind.TUTORIAL, 1.0, "en", Level.BEGINNER)
    instances = json.loads((folder / "tess/nbis-course-instances.json").read_text())
    assert len(resources(Graph(instances), "https://h/")) == 23
    for path in (shared / "fixtures/oersi_amb/valid").glob("*.json"):
        (found,) = from_script(path.read_text())
        assert found.title


def from_script(text: str) -> list[LearningResource]:
    return resources(
        json_ld(f'<script type="application/ld+json">{text}</script>', "https://h/x", print), "https://h/x"
    )
