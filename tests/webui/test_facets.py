from catalog.vocabulary import Vocabulary
from indexer.fields import FACETS
from indexer.query import NOT_STATED, Hits, Query
from webui.facets import MORE, SHOWN_ELSE, Panel, panels


def made(vocabulary: Vocabulary, facet: str, counts: dict[str, int], *chosen: str) -> Panel:
    hits = Hits(ids=(), scores=(), total=0, complete=0, facets={facet: counts})
    return next(one for one in panels(Query().choose(facet, chosen), hits, vocabulary) if one.name == facet)


def test_every_facet_row_has_a_panel_in_its_order(vocabulary: Vocabulary) -> None:
    hits = Hits(ids=(), scores=(), total=0, complete=0, facets={})
    assert [panel.name for panel in panels(Query(), hits, vocabulary)] == [facet.name for facet in FACETS]


def test_a_long_facet_is_folded_and_says_what_it_leaves_out(vocabulary: Vocabulary) -> None:
    counts = {f"provider {number:03}": 200 - number for number in range(100)} | {NOT_STATED: 500}
    panel = made(vocabulary, "provider", counts, "provider 099", NOT_STATED)
    assert [choice.value for choice in panel.shown] == [
        *(f"provider {number:03}" for number in range(SHOWN_ELSE)),
        NOT_STATED,
    ]
    assert len(panel.more) == MORE + 1
    assert panel.more[-1].chosen
    assert panel.unfolded
    assert panel.left_out == 100 - SHOWN_ELSE - MORE - 1


def test_equal_counts_stand_by_name(vocabulary: Vocabulary) -> None:
    panel = made(vocabulary, "provider", {"b": 1, "C": 1, "a": 1, "none": 0})
    assert [choice.value for choice in panel.shown] == ["a", "b", "C"]


def test_values_with_an_order_of_their_own_keep_it(vocabulary: Vocabulary) -> None:
    panel = made(vocabulary, "level", {"advanced": 9, "beginner": 1}, "expert")
    assert [(choice.value, choice.disabled) for choice in panel.shown] == [
        ("beginner", False),
        ("intermediate", True),
        ("advanced", False),
        ("all", True),
        ("expert", False),
    ]


def test_all_careers_are_offered(vocabulary: Vocabulary) -> None:
    panel = made(vocabulary, "role", {"data-engineer": 3})
    assert panel.shown[0].label == "Data Engineer"
    assert {choice.value for choice in (*panel.shown, *panel.more)} == set(vocabulary.roles)


def test_a_topic_brings_what_is_broader_and_unknown_ones_stay(vocabulary: Vocabulary) -> None:
    panel = made(vocabulary, "topic", {"django": 3}, "django", "alchemy")
    shown = {choice.value: choice.depth for choice in panel.shown}
    broader = vocabulary.topics["django"].broader[0]
    assert shown["django"] == shown[broader] + 1
    assert shown["alchemy"] == 0
    assert len(shown) == len(panel.shown)
