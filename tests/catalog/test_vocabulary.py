"""The vocabulary that ships is sound, and a wrong one is refused with words that help."""

import pickle
from pathlib import Path

import pytest

from catalog.errors import VocabularyError
from catalog.vocabulary import DEEPEST, NEEDS, Vocabulary, load_vocabulary

TOPICS = """
computing_cues = ["software"]
fiction_cues = []
not_computing = []

[databases]
label = "Databases"
definition = "Keeping data."

[sql]
label = "SQL"
broader = ["databases"]
aliases = ["structured query language"]
definition = "Asking data."
"""
ARROW = 'broader = ["databases"]'
WISH = 'sql = "advanced"'
ROLE = """
label = "Database Administrator"
summary = "Keeps databases."

[must]
sql = "advanced"

[nice]
databases = { level = "beginner", weight = 1.5 }
"""
GUIDED = """label = "Guided"
summary = "Is guided."
work = '''
First
part.

Second part.'''

[must]
sql = "advanced"

[[projects]]
title = "A"
text = "Small."

[[projects]]
title = "B"
level = "beginner" #
topics = ["sql"]
text = "Large."

[[links]]
title = "expert-texts"
url = "https://example.org/"
text = "To read."

[[neighbours]]
role = "database-administrator"
text = "Near."
"""


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return load_vocabulary()


def load(folder: Path, topics: str = TOPICS, role: str = ROLE) -> Vocabulary:
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    (folder / "roles" / "database-administrator.toml").write_text(role, encoding="utf-8")
    return load_vocabulary(folder / "topics.toml", folder / "roles")


def refusal(folder: Path, topics: str = TOPICS, role: str = ROLE) -> str:
    with pytest.raises(VocabularyError) as refused:
        load(folder, topics, role)
    return str(refused.value)


class TestShipped:
    def test_is_large_enough(self, shipped: Vocabulary) -> None:
        assert len(shipped.topics) >= 500
        assert len(shipped.roles) >= 18
        assert "back-end-engineer" in shipped.roles

    def test_tree_has_few_roots_and_no_deep_branches(self, shipped: Vocabulary) -> None:
        assert "databases" in shipped.roots()
        assert len(shipped.roots()) < len(shipped.topics) / 4
        for topic in shipped.topics:
            assert len(longest_path(shipped, topic)) <= DEEPEST

    def test_ancestors_and_narrower_mirror_each_other(self, shipped: Vocabulary) -> None:
        assert shipped.ancestors("spring-boot") == ("spring", "back-end-frameworks", "back-end-development")
        for topic in shipped.topics:
            for below in shipped.narrower(topic):
                assert topic in shipped.ancestors(below)

    def test_every_topic_says_what_it_is(self, shipped: Vocabulary) -> None:
        for topic in shipped.topics.values():
            assert topic.definition.endswith("."), topic.id
            assert topic.sure_names or topic.ambiguous or topic.unsure_in_books, topic.id

    def test_every_role_has_duties_and_a_sensible_number_of_topics(self, shipped: Vocabulary) -> None:
        for role in shipped.roles.values():
            assert 3 <= len(role.duties) <= 7, role.id
            assert len(role.summary) > 80, role.id
            assert len({asked.topic for asked in role.topics}) == len(role.topics) >= 10, role.id

    def test_every_role_has_a_guide_to_read(self, shipped: Vocabulary) -> None:
        for role in shipped.roles.values():
            guide = role.guide
            assert guide.work, role.id
            assert guide.sections, role.id
            for told in (guide.tools, guide.education, guide.growth, guide.projects, guide.links, role.neighbours):
                assert len(told) >= 3, role.id
            for lines in (guide.challenges, guide.good, guide.hard, guide.questions):
                assert len(lines) >= 3, role.id

    def test_another_process_is_handed_the_whole(self, shipped: Vocabulary) -> None:
        assert shipped.narrower("databases")  # what is kept once computed is not handed over
        handed: Vocabulary = pickle.loads(pickle.dumps(shipped))
        assert handed == shipped
        assert handed.edition == shipped.edition

    def test_an_ambiguous_label_is_not_a_sure_name(self, shipped: Vocabulary) -> None:
        go = shipped.topics["go"]
        assert "Go" not in go.sure_names
        assert "golang" in go.sure_names


def longest_path(vocabulary: Vocabulary, topic: str) -> list[str]:
    above = vocabulary.topics[topic].broader
    return [topic, *max((longest_path(vocabulary, one) for one in above), key=len, default=[])]


class TestReading:
    def test_weights_default_to_the_need(self, tmp_path: Path) -> None:
        must, nice = load(tmp_path).roles["database-administrator"].topics
        assert (must.topic, must.need, must.weight, must.level) == ("sql", "must", NEEDS["must"], "advanced")
        assert (nice.topic, nice.weight, nice.level) == ("databases", 1.5, "beginner")

    def test_fingerprint_follows_content_only(self, tmp_path: Path) -> None:
        before, edition = load(tmp_path).fingerprint, load(tmp_path).edition
        assert load(tmp_path, role=ROLE.replace("Keeps", "Guards")).edition != edition
        assert load(tmp_path, TOPICS + "\n# a remark\n").fingerprint == before
        assert load(tmp_path, TOPICS.replace("Asking", "Questioning")).fingerprint == before  # prose matches nothing
        assert load(tmp_path, role=ROLE.replace("Keeps", "Guards")).fingerprint == before
        assert load(tmp_path, TOPICS.replace("structured", "simple")).fingerprint != before
        assert load(tmp_path, TOPICS.replace('["software"]', '["software", "code"]')).fingerprint != before
        assert load(tmp_path, role=ROLE.replace("1.5", "1.25")).fingerprint != before

    def test_summary_is_one_line(self, tmp_path: Path) -> None:
        role = load(tmp_path, role=ROLE.replace('"Keeps databases."', '"""\nKeeps\n  databases."""'))
        assert role.roles["database-administrator"].summary == "Keeps databases."


class TestRefusals:
    @pytest.mark.parametrize(
        ("old", "new", "line", "said"),
        [
            (ARROW, 'broader = ["database"]', 12, "unknown topic 'database'; did you mean 'databases'?"),
            (ARROW, 'related = ["nosql"]', 12, "related names the unknown topic 'nosql'"),
            (ARROW, 'prerequisites = ["maths"]', 12, "prerequisites names the unknown topic 'maths'"),
            (ARROW, 'brooder = ["databases"]', 12, "unknown key 'brooder'; did you mean 'broader'?"),
            (ARROW, 'broader = "databases"', 12, "broader must be a list of texts, not 'databases'"),
            ('label = "SQL"', "label = 7", 11, "label must be a text, not 7"),
            ('label = "SQL"\n', "", 10, "label must be a text, not None"),
            ('"structured query language"', '"DataBases"', 13, "'DataBases' is already claimed by topic 'databases'"),
            ('"Asking data."', '"Asking data."\nsame_as = { wiki = "x" }', 15, "unknown key 'wiki'"),
            ("[sql]", "[SQL_1]", 10, "a topic id is lower-case letters"),
            ("fiction_cues = []", "fiction_cue = []", 3, "unknown key 'fiction_cue'; did you mean 'fiction_cues'?"),
        ],
    )
    def test_names_file_line_and_remedy(self, tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
        assert old in TOPICS
        message = refusal(tmp_path, TOPICS.replace(old, new))
        assert said in message
        assert f"topics.toml:{line}: " in message

    def test_a_circle(self, tmp_path: Path) -> None:
        topics = TOPICS.replace('label = "Databases"', 'label = "Databases"\nbroader = ["sql"]')
        assert "runs in a circle: databases → sql → databases" in refusal(tmp_path, topics)

    def test_a_circle_of_prerequisites(self, tmp_path: Path) -> None:
        topics = TOPICS.replace('label = "SQL"', 'label = "SQL"\nprerequisites = ["databases"]')
        load(tmp_path, topics)
        topics = topics.replace('label = "Databases"', 'label = "Databases"\nprerequisites = ["sql"]')
        assert "topics.toml:" in refusal(tmp_path, topics)
        assert "prerequisites runs in a circle: databases → sql → databases" in refusal(tmp_path, topics)

    def test_too_deep_a_tree(self, tmp_path: Path) -> None:
        branch = "".join(
            f'\n[deep-{n}]\nlabel = "Deep {n}"\nbroader = ["{above}"]\ndefinition = "x"\n'
            for n, above in enumerate(["sql", "deep-0", "deep-1"])
        )
        message = refusal(tmp_path, TOPICS + branch)
        assert "deep-2: stands 5 levels deep; the tree has at most 4" in message

    def test_an_orphan(self, tmp_path: Path) -> None:
        message = refusal(tmp_path, TOPICS + '\n[alone]\nlabel = "Alone"\ndefinition = "x"\n')
        assert "topics.toml:16: alone: stands alone" in message

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (WISH, 'sqll = "advanced"', "must names the unknown topic 'sqll'; did you mean 'sql'?"),
            (WISH, 'sql = "expert"', "the level of 'sql' must be one of"),
            (WISH, 'sql = { level = "advanced", weight = 0 }', "the weight of 'sql' must be a number above 0"),
            (WISH, 'sql = { level = "advanced", wait = 1 }', "unknown key 'wait'; did you mean 'weight'?"),
            (WISH, 'sql = "advanced"\ndatabases = "beginner"', "'databases' is asked for twice"),
            ('[must]\nsql = "advanced"', "", "a role needs at least one topic under [must]"),
            ("[nice]", "[nise]", "unknown key 'nise'; did you mean 'nice'?"),
            ('summary = "Keeps databases."', "", "summary must be a text"),
        ],
    )
    def test_role_files(self, tmp_path: Path, old: str, new: str, said: str) -> None:
        assert old in ROLE
        message = refusal(tmp_path, role=ROLE.replace(old, new))
        assert said in message
        assert "database-administrator.toml" in message

    @pytest.mark.parametrize(
        ("old", "new", "line", "said"),
        [
            ("https:", "http:", 24, "url must be an https address"),
            ('"expert-texts"', "7", 23, "title must be a text, not 7"),
            ('topics = ["sql"]', 'topics = ["sqll"]', 19, "topics names the unknown topic 'sqll'; did you mean 'sql'?"),
            ('level = "beginner" #', 'level = "easy" #', 18, "level must be one of"),
            ("[[links]]", "[[link]]", 22, "unknown key 'link'; did you mean 'links'?"),
            ("role = ", "rolle = ", 28, "unknown key 'rolle'; did you mean 'role'?"),
            ('"database-administrator"', '"keeper"', 28, "role names the unknown role 'keeper'"),
        ],
    )
    def test_guides(self, tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
        load(tmp_path)
        guided = tmp_path / "roles" / "guided.toml"
        guided.write_text(GUIDED, encoding="utf-8")
        guide = load_vocabulary(tmp_path / "topics.toml", tmp_path / "roles").roles["guided"].guide
        assert guide.work == "First part.\n\nSecond part."
        assert [(one.title, one.topics, one.level) for one in guide.projects] == [
            ("A", (), None),
            ("B", ("sql",), "beginner"),
        ]
        assert guide.links[0].url == "https://example.org/"
        assert old in GUIDED
        guided.write_text(GUIDED.replace(old, new), encoding="utf-8")
        with pytest.raises(VocabularyError) as refused:
            load_vocabulary(tmp_path / "topics.toml", tmp_path / "roles")
        assert said in str(refused.value)
        assert f"guided.toml:{line}: " in str(refused.value)

    @pytest.mark.parametrize(
        ("choices", "line", "said"),
        [
            ('["sql"]', 14, "alternatives need at least two choices"),
            ('["sql", "databases", "kafka"]', 14, "choices names 'kafka', which the role does not ask for"),
            ('["sql", ["databases", "sql"]]', 14, "the topic 'sql' stands in two choices"),
            ('["sql", []]', 14, "choices must be a list of texts and of lists of texts"),
            ('"sql"', 14, "choices must be a list of texts and of lists of texts"),
            ('["sql", "databases"]\nchoose = 1', 15, "unknown key 'choose'"),
        ],
    )
    def test_alternatives(self, tmp_path: Path, choices: str, line: int, said: str) -> None:
        either = ROLE + '\n[[one_of]]\nlabel = "Way"\n\nchoices = '
        role = load(tmp_path, role=either + '["sql", ["databases"]]').roles["database-administrator"]
        assert [(group.label, group.choices) for group in role.one_of] == [("Way", (("sql",), ("databases",)))]
        message = refusal(tmp_path, role=either + choices)
        assert said in message
        assert f"database-administrator.toml:{line}: one_of: " in message

    def test_a_guide_written_as_one_table(self, tmp_path: Path) -> None:
        message = refusal(tmp_path, role=ROLE + '\n[tools]\ntitle = "Git"\ntext = "Versions."\n')
        assert "tools must be written as tables, each under a line [[tools]]" in message

    def test_two_roles_of_one_name(self, tmp_path: Path) -> None:
        load(tmp_path)
        (tmp_path / "roles" / "keeper.toml").write_text(ROLE, encoding="utf-8")
        with pytest.raises(VocabularyError, match="already belongs to role 'database-administrator'"):
            load_vocabulary(tmp_path / "topics.toml", tmp_path / "roles")

    def test_broken_toml_missing_file_and_empty_folder(self, tmp_path: Path) -> None:
        assert "not valid TOML" in refusal(tmp_path, "[databases")
        with pytest.raises(VocabularyError, match="cannot be read"):
            load_vocabulary(tmp_path / "nowhere.toml", tmp_path / "roles")
        load(tmp_path)
        (tmp_path / "none").mkdir()
        with pytest.raises(VocabularyError, match="holds no role"):
            load_vocabulary(tmp_path / "topics.toml", tmp_path / "none")
