"""The form of a plan: every wish as a field, filled in as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.guidance.offers import Standpoint
from catalog.model import Kind, Level
from webui import labels
from webui.paths.wishes import ANY, CURRENCIES, Wishes

PLANNED_KINDS = (Kind.COURSE, Kind.BOOK, Kind.PROGRAM, Kind.TUTORIAL, Kind.VIDEO, Kind.PODCAST)
LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl", "pl", "ru", "zh", "ja", "ko", "hi", "ar")
MOST_NAMED = 4
Choice = tuple[str, str, bool]  # value, words, chosen


@dataclass(frozen=True, kw_only=True)
class KnownTopic:
    """A topic to tick: known because it is ticked, or because of another that is."""

    id: str
    label: str
    ticked: bool
    follows: bool


@dataclass(frozen=True, kw_only=True)
class Form:
    """The fields and what stands in them."""

    wishes: Wishes
    currencies: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    unknown_hours: tuple[Choice, ...]
    unknown_prices: tuple[Choice, ...]
    unknown_language: tuple[Choice, ...]
    one_of: tuple[tuple[str, tuple[Choice, ...]], ...]
    topics: tuple[tuple[str, tuple[KnownTopic, ...]], ...]
    beside: tuple[str, ...]  # what is known and not a topic of the role
    known: int
    known_words: str  # the first of what is known
    summary: str  # kinds and language in words


def form(stand: Standpoint, wishes: Wishes) -> Form:
    """The form for somebody who stands before a role."""
    codes = LANGUAGES if wishes.language in (*LANGUAGES, ANY) else (*LANGUAGES, wishes.language)
    asked = {one.topic for one in stand.role.topics}
    return Form(
        wishes=wishes,
        currencies=_choices(((code, code) for code in CURRENCIES), (wishes.currency,)),
        kinds=_choices(((kind, labels.kind(kind, plural=True)) for kind in PLANNED_KINDS), wishes.kinds),
        languages=_choices(
            ((ANY, "Any language"), *((code, labels.language(code)) for code in codes)), (wishes.language,)
        ),
        levels=_choices(
            ((ANY, "Any level"), *((level, labels.LEVELS[level]) for level in Level if level is not Level.ALL)),
            (wishes.level,),
        ),
        unknown_hours=_in_or_out(wishes.unknown_hours, "Take them, hours estimated"),
        unknown_prices=_in_or_out(wishes.unknown_prices, "Take them, not counted"),
        unknown_language=_in_or_out(wishes.unknown_language, "Take them, marked"),
        one_of=tuple(_alternatives(stand, wishes)),
        topics=tuple(
            (words, tuple(_topic(stand, wishes, one.topic) for one in stand.role.topics if one.need == need))
            for need, words in labels.NEEDS.items()
        ),
        beside=tuple(topic for topic in wishes.know if topic not in asked),
        known=len(stand.known),
        known_words=_known_words(stand),
        summary=_summary(wishes),
    )


def _alternatives(stand: Standpoint, wishes: Wishes) -> Iterable[tuple[str, tuple[Choice, ...]]]:
    """Each of the role's alternatives with its choices; first what the plan does unless told."""
    for group in stand.role.one_of:
        heads = [choice[0] for choice in group.choices]
        names = {head: stand.vocabulary.topics[head].label for head in heads}
        known = [names[head] for head in heads if head in stand.known]
        usual = f"{labels.listed(known)}, which you know" if known else "Let the plan choose"
        chosen = [head for head in heads if head in wishes.choose][:1] or [""]
        yield group.label, _choices([("", usual), *names.items()], chosen)


def _known_words(stand: Standpoint) -> str:
    names = [stand.vocabulary.topics[one.topic].label for one in stand.role.topics if one.topic in stand.known]
    more = len(names) - MOST_NAMED
    return labels.listed([*names[:MOST_NAMED], f"{more} more"] if more > 0 else names) if names else ""


def _summary(wishes: Wishes) -> str:
    kinds = labels.listed([labels.kind(kind, plural=True).lower() for kind in wishes.kinds])
    language = "any language" if wishes.language == ANY else labels.language(wishes.language)
    level = "" if wishes.level == ANY else f", {labels.LEVELS[wishes.level].lower()} level"
    return f"{kinds[:1].upper()}{kinds[1:]}, {language}{level}"


def _topic(stand: Standpoint, wishes: Wishes, topic: str) -> KnownTopic:
    ticked = topic in wishes.know
    label = stand.vocabulary.topics[topic].label
    return KnownTopic(id=topic, label=label, ticked=ticked, follows=topic in stand.known and not ticked)


def _choices(values: Iterable[tuple[str, str]], chosen: Iterable[str]) -> tuple[Choice, ...]:
    some = tuple(chosen)
    return tuple((value, words, value in some) for value, words in values)


def _in_or_out(taken: bool, words: str) -> tuple[Choice, ...]:
    return (("in", words, taken), ("out", "Leave them out", not taken))
