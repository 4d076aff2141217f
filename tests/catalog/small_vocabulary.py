"""A vocabulary of a few topics and one role, for tests of guidance."""

from collections.abc import Iterable, Mapping

from catalog.vocabulary import Role, Topic, Vocabulary

Links = Mapping[str, tuple[str, ...]]


def small_vocabulary(role: Role, names: Iterable[str], *, broader: Links, before: Links) -> Vocabulary:
    topics = {
        name: Topic(
            id=name,
            label=name.upper(),
            definition="",
            broader=broader.get(name, ()),
            prerequisites=before.get(name, ()),
        )
        for name in names
    }
    return Vocabulary(topics=topics, roles={role.id: role})
