"""Which words meet: forms of one word in many languages, and names in all their spellings."""

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from indexer import text
from indexer.text import alternatives, fold, pieces, runs, spans, telling, terms

latin = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def finds(asked: str, told: str) -> bool:
    """Whether a text answers every telling word of a query."""
    held = set(terms(told))
    return all(any(held.issuperset(way) for way in alternatives(run)) for run in telling(asked))


@pytest.mark.parametrize(
    "forms",
    [
        "cursos curso",
        "desarrolladores desarrollador desarrolladora",
        "básica básico básicas basicos",
        "avanzada avanzados avanzado",
        "programación programaciones",
        "programação programacao",
        "aplicações aplicação aplicacao aplicacoes",
        "padrões padrão",
        "neurais neural",
        "variáveis variável",
        "développeurs développeur développeuse",
        "réseaux réseau",
        "l'apprentissage apprentissage l’apprentissage",
        "Datenbanken Datenbank",
        "Grundlagen Grundlage",
        "Anwendungen Anwendung",
        "Straße STRASSE",
        "corsi corso",
        "linguaggi linguaggio",
        "dell'algoritmo algoritmo",
        "toepassingen toepassing",
        "разработка разработки",
        "большой большая",
        "ΒΆΣΕΙΣ βάσεις βάση",
        "البيانات بيانات والبيانات",
        "مُحَمَّد محمد",
        "שָׁלוֹם שלום",
        "भाषा भाषाएं",
        "데이터베이스를 데이터베이스 데이터베이스에서",
        "ﾃﾞｰﾀﾍﾞｰｽ データベース",
        "İstanbul istanbul ıstanbul ISTANBUL",
        "Ｐｙｔｈｏｎ python",
        "Łódź lodz",
        "soft\u00adware software",
    ],
)
def test_forms_of_one_word_meet(forms: str) -> None:
    for asked in forms.split():
        for told in forms.split():
            assert finds(asked, told), (asked, told)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("bases de datos", "Curso de base de datos relacionales"),
        ("Python入门", "入门教程:Python"),
        ("学习Node.js", "Node.js 学习指南"),
        ("入门c++", "C++入门"),
        ("书", "一本好书"),
        ("数据的结构", "数据结构"),
        ("Pythonの基礎", "Python 基礎講座"),
        ("データベースの設計", "データベース設計"),
        ("AWS를 배우자", "배우자 AWS"),
        ("책", "좋은 책을 읽자"),
        ("โปรแกรม", "เริ่มเรียนเขียนโปรแกรม"),
        ("برنامه نویسی", "برنامه\u200cنویسی"),
        ("learner's guide", "guide for a learner"),
        ("cs161", "CS 161: Computer Security"),
        ("CS 161", "CS161: Computer Security"),
        ("cs-161", "CS161"),
        (".net", "ASP.NET Core"),
        ("978 1 59327 599 0", "9781593275990"),
        ("isbn 978-1 593275990", "ISBN 9781593275990"),
        ("python 3", "Python 3.8"),
        ("python", "\U0001d5e3\U0001d606\U0001d601\U0001d5f5\U0001d5fc\U0001d5fb"),  # letters for mathematics
    ],
)
def test_what_is_asked_is_found(asked: str, told: str) -> None:
    assert finds(asked, told)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("pan", "pane"),
        ("openai", "open"),
        ("listen", "list"),
        ("golden", "gold"),
        ("maven", "mav"),
        ("manifesto", "manifest"),
        ("studio", "study"),
        ("audio", "audi"),
        ("director", "directory"),
        ("java", "JavaScript"),
        ("C", "C++"),
        ("R", "R&D"),
        ("数学", "数据与学习"),
    ],
)
def test_different_words_stay_apart(asked: str, told: str) -> None:
    assert not finds(asked, told)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python入门", ["python", "入门"]),
        ("学习Node.js和C++", ["学习", "node.js", "和", "c++"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ASP.NET, .NET", ["asp.net", ".net"]),
    ],
)
def test_a_text_is_cut_into_runs(text: str, expected: list[str]) -> None:
    assert runs(text) == expected


def test_links_are_not_asked_for_beside_other_words() -> None:
    assert telling("bases de datos") == ["bases", "datos"]
    assert telling("the de") == ["the", "de"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("virtualization", "virtual"),
        ("authorize", "author"),
        ("search engine", "search engineer"),
        ("containers", "containing"),
        ("relational", "related"),
        ("generative", "generated"),
        ("united", "unit"),
        ("regular expressions", "regular express"),
    ],
)
def test_words_apart_have_no_term_in_common(one: str, other: str) -> None:
    assert terms(one)[-1] != terms(other)[-1]


@pytest.mark.parametrize(
    "forms",
    [
        "virtualize virtualizes virtualized virtualizer virtualizing virtualization virtualisation virtualised",
        "organization organisations organizers",
        "engineer engineers engineering engineered",
        "container containers containerized",
        "resizing resize resizes",
    ],
)
def test_forms_of_one_word_have_one_term(forms: str) -> None:
    assert len(set(terms(forms))) == 1


@given(word=latin, ending=st.sampled_from(["cao", "iai", "eaux", "zioni", "rsi", "ada", "ica", "dora", "en", "e", ""]))
def test_words_of_one_english_stem_have_one_term(word: str, ending: str) -> None:
    english = Stemmer.Stemmer("english")
    for form in ("s", "es", "ed", "ing", "ly", "ness"):
        one, other = word + ending, word + ending + form
        if any(special.match(one) or special.match(other) for special in (text._MADE, text._APART_FROM)):
            continue
        if english.stemWord(one) == english.stemWord(other) and len(english.stemWord(one)) > 2:
            assert terms(one) == terms(other)


@given(text=st.text(max_size=60))
def test_every_term_comes_from_a_span_of_the_text(text: str) -> None:
    if "".join(map(fold, text)) == fold(text):
        assert {term for span in spans(text) for term in span.terms} == set(terms(text))


@given(text=st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=st.text(st.characters(max_codepoint=127), max_size=60))
def test_a_foreign_sign_elsewhere_changes_no_run(text: str) -> None:
    assert runs(f"{text} é") == [*runs(text), "e"]


@given(st.text() | st.text(st.sampled_from("aB1.ßİΣÉ #+'’/&_-:(\t\x1c\u3000\u00a8\u0301入门ก가.netNET")))
def test_a_text_in_pieces_has_the_same_runs(told: str) -> None:
    assert [run for piece in pieces(told) for run in runs(piece)] == runs(told)


def test_texts_share_pieces() -> None:
    assert pieces("Learn C++, SQL (and Go).") == ["learn", "c++", "sql", "and", "go", "."]
    assert pieces("Día uno") == ["día", "uno"]
