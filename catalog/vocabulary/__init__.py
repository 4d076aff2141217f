"""The words of the trade: topics and roles, read from TOML.

``load_vocabulary`` believes nothing: every name, arrow and level is checked, and each complaint says where it stands.
"""

from pathlib import Path
from types import MappingProxyType

from catalog.vocabulary.concepts import (
    LEVELS,
    NEEDS,
    Guide,
    Neighbour,
    OneOf,
    Passage,
    Role,
    RoleTopic,
    Topic,
    Vocabulary,
)
from catalog.vocabulary.roles import read_roles
from catalog.vocabulary.source_terms import read_source_terms
from catalog.vocabulary.toml_file import TomlFile
from catalog.vocabulary.topics import DEEPEST, read_topics

__all__ = [
    "DEEPEST",
    "LEVELS",
    "NEEDS",
    "Guide",
    "Neighbour",
    "OneOf",
    "Passage",
    "Role",
    "RoleTopic",
    "Topic",
    "Vocabulary",
    "load_vocabulary",
]

HOME = Path(__file__).parent.parent


def load_vocabulary(
    topics_path: Path | None = None,
    roles_dir: Path | None = None,
    *,
    terms_path: Path | None = None,
    role: Path | None = None,
) -> Vocabulary:
    """Read and check the vocabulary; without arguments the one that ships with Lodestar.

    Terms of sources belong to topics: to others than ours only those given. ``role`` is the file of a role that comes
    beside the others, or in the place of one of the same name. Raises VocabularyError, which names the file and, where
    it can be found, the line.
    """
    topics, cues = read_topics(TomlFile(topics_path or HOME / "topics.toml"))
    roles = read_roles(roles_dir or HOME / "roles", topics, role)
    if terms_path is None and topics_path is None:
        terms_path = HOME / "source_terms.toml"
    terms = read_source_terms(TomlFile(terms_path), topics) if terms_path else {}
    return Vocabulary(
        topics=MappingProxyType(topics), roles=MappingProxyType(roles), source_terms=MappingProxyType(terms), **cues
    )
