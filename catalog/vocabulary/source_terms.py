"""What sources call things, read from ``source_terms.toml``: their term → our topic, or "" for none on purpose."""

from collections.abc import Mapping

from catalog.vocabulary.concepts import Topic
from catalog.vocabulary.toml_file import TomlFile, plain


def read_source_terms(source: TomlFile, topics: Mapping[str, Topic]) -> dict[str, str]:
    """The topic of each term, whichever source uses it.

    The tables are a source each, to be kept by people; an entry's subjects and skills are merged from all its sources,
    so a term means the same everywhere. Raises VocabularyError where a topic is unknown or two tables differ.
    """
    meaning: dict[str, str] = {}
    for name in source.content:
        table = source.table(name)
        for term, topic in table.values.items():
            if not isinstance(topic, str):
                raise table.wrong(term, f'{term!r} must name a topic, or be "" where no topic is meant, not {topic!r}')
            table.know("topic", term, [topic] if topic else [], topics)
            if meaning.setdefault(plain(term), topic) != topic:
                other = meaning[plain(term)] or "no topic"
                raise table.wrong(term, f"{term!r} means {other!r} in another table; a term means the same everywhere")
    return meaning
