"""The words of the trade: topics and roles, read from TOML.

``load_vocabulary`` believes nothing: every name, arrow and level is checked, and each complaint says where it stands.
"""

from pathlib import Path
from types import MappingProxyType

from catalog.vocabulary.concepts import LEVELS, NEEDS, Guide, Neighbour, Passage, Role, RoleTopic, Topic, Vocabulary
from catalog.vocabulary.roles import read_roles
from catalog.vocabulary.toml_file import TomlFile
from catalog.vocabulary.topics import DEEPEST, read_topics

__all__ = [
    "DEEPEST",
    "LEVELS",
    "NEEDS",
    "Guide",
    "Neighbour",
    "Passage",
    "Role",
    "RoleTopic",
    "Topic",
    "Vocabulary",
    "load_vocabulary",
]

HOME = Path(__file__).parent.parent


def load_vocabulary(topics_path: Path | None = None, roles_dir: Path | None = None) -> Vocabulary:
    """Read and check the vocabulary; without arguments the one that ships with Lodestar.

    Raises VocabularyError, which names the file and, where it can be found, the line.
    """
    topics, cues = read_topics(TomlFile(topics_path or HOME / "topics.toml"))
    roles = read_roles(roles_dir or HOME / "roles", topics)
    return Vocabulary(topics=MappingProxyType(topics), roles=MappingProxyType(roles), **cues)
