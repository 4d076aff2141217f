"""The terms of sources: read, checked, used where they are whole subjects or skills, listed where they are missing."""

import dataclasses
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.errors import VocabularyError
from catalog.model import Kind, LearningResource
from catalog.vocabulary import Vocabulary, load_vocabulary
from catalog.vocabulary.source_terms import read_source_terms
from catalog.vocabulary.toml_file import TomlFile
from catalog.vocabulary.unmapped import Unmapped, unmapped

VOCABULARY = load_vocabulary()


def read(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "source_terms.toml"
    path.write_text(text, encoding="utf-8")
    return read_source_terms(TomlFile(path), VOCABULARY.topics)


def with_terms(**terms: str) -> Vocabulary:
    return dataclasses.replace(
        VOCABULARY, source_terms={term.replace("_", " "): topic for term, topic in terms.items()}
    )


def topics(vocabulary: Vocabulary, title: str, *skills: str) -> set[str]:
    resource = LearningResource(kind=Kind.COURSE, title=title, skills=skills)
    return {match.topic for match in Classifier(vocabulary).topics(resource)}


def test_terms_are_read_whatever_their_case_and_hyphens(tmp_path: Path) -> None:
    assert read(tmp_path, '[one]\n"Cloud-Stuff" = "cloud-computing"\n"Cooking" = ""\n') == {
        "cloud stuff": "cloud-computing",
        "cooking": "",
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[one]\n"Clouds" = "cloud-computingg"\n', "did you mean 'cloud-computing'"),
        ('[one]\n"Clouds" = 3\n', "must name a topic"),
        ('[one]\n"Clouds" = "sql"\n[two]\n"clouds" = ""\n', "means 'sql' in another table"),
        ('one = "sql"\n', "must be a table"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(VocabularyError, match=complaint):
        read(tmp_path, text)


def test_a_term_counts_as_a_whole_skill_only() -> None:
    vocabulary = with_terms(box_shipping="docker")
    assert topics(vocabulary, "A course", "Box Shipping") == {"docker"}
    assert topics(vocabulary, "Box shipping") == topics(vocabulary, "A course", "Box shipping at sea") == set()


def test_a_term_of_no_topic_is_none_even_where_it_is_a_name() -> None:
    assert topics(with_terms(python=""), "A course", "Python") == set()
    assert topics(with_terms(python_and_boxes=""), "A course", "Python and boxes") == set()
    assert topics(with_terms(python=""), "Python", "Python") == {"python"}


def test_a_term_means_what_it_is_said_to_and_not_what_words_of_it_name() -> None:
    vocabulary = with_terms(python_and_boxes="docker")
    assert topics(vocabulary, "A course", "Python and boxes") == {"docker"}
    assert topics(vocabulary, "A course", "Python and boxes", "Python") == {"docker", "python"}
    assert topics(vocabulary, "Python and boxes") == {"python"}


def test_a_name_of_a_topic_stays_its_own() -> None:
    assert topics(with_terms(python="docker"), "Python") == {"python"}


def test_terms_change_the_fingerprint() -> None:
    plain = dataclasses.replace(VOCABULARY, source_terms={}).fingerprint
    assert len({plain, with_terms(cooking="").fingerprint, with_terms(box_shipping="docker").fingerprint}) == 3


def test_the_queue_counts_what_names_no_topic() -> None:
    tags = [
        ("one", ("Python", "Basket weaving")),
        ("one", ("basket-weaving", "Python programming", "Pottery")),
        ("two", ("Basket Weaving", "Box shipping")),
    ]
    vocabulary = with_terms(box_shipping="docker", pottery="")
    assert list(unmapped(tags, vocabulary)) == [
        Unmapped("one", "Basket weaving", 2),
        Unmapped("two", "Basket weaving", 1),
    ]
