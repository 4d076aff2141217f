"""A plan as words: each step with its time, its reasons and its runner-up, and what stays open with why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from catalog.guidance.candidates import Candidate
from catalog.guidance.missing import Missing, Why
from catalog.guidance.path import Path
from catalog.guidance.runner_up import RunnerUp
from catalog.guidance.steps import Added, Step
from catalog.model import Entry, Price
from catalog.vocabulary import RoleTopic, Vocabulary
from webui import labels
from webui.cards import foreign, offered_by, people
from webui.links import url_for_entry
from webui.paths.beside import against, speaks_for
from webui.paths.wishes import ANY, Wishes, url_for_path

IN_DEPTH, WELL = 0.65, 0.5  # of the worth of a step for a topic
REASONS: Mapping[Why, str] = MappingProxyType(
    {
        Why.NOTHING: "Nothing of the kinds and in the language you chose plainly teaches it",
        Why.UNTOLD: "What teaches it does not state its hours or its price, and you left such out",
        Why.TOO_LARGE: "Each resource that teaches it is by itself longer or dearer than your limits",
        Why.PREREQUISITES: "Nothing within your limits teaches what has to be known first",
        Why.NO_ROOM: "No room within your hours and money: other topics count for more",
    }
)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A topic that a step adds: how urgent it is, how well it is taught, and by which words we know."""

    topic: str
    label: str
    need: str
    depth: str
    through: str | None  # the narrower topic that covers it
    evidence: tuple[tuple[str, tuple[str, ...]], ...]
    known_url: str
    leave_out_url: str


@dataclass(frozen=True, kw_only=True)
class Other:
    """The runner-up of a step."""

    title: str
    url: str
    lang: str | None
    facts: tuple[str, ...]
    speaks: tuple[str, ...]
    lacks: tuple[str, ...]
    swap_url: str


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step as the page and the exports show it."""

    number: int
    id: int
    title: str
    url: str
    lang: str | None
    kind: str
    by: str
    facts: tuple[str, ...]
    weeks: str
    starts: date
    ends: date
    hours: str
    effort: float  # the same in hours
    hours_stated: bool
    cost: str
    price: float | None
    reasons: tuple[Reason, ...]
    prepares: tuple[str, ...]
    needed_for: tuple[int, ...]  # the numbers of the steps that build on these
    other: Other | None


@dataclass(frozen=True, kw_only=True)
class OpenTopics:
    """Topics that stay open for the same reason."""

    why: str
    topics: tuple[tuple[str, str, str | None], ...]  # id, label, what has to be known first


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan in words."""

    steps: tuple[StepView, ...]
    hours: str
    hours_available: str
    estimated: int
    money: str
    currency: str
    budget: str | None
    unpriced: int
    free: int
    known: float  # shares of the role's weight, in per cent
    planned: float
    open: float
    covered: int
    asked: int
    last_day: date | None
    missing: tuple[OpenTopics, ...]
    kept: tuple[tuple[str, str], ...]  # of alternatives: what one of them is, and which the plan keeps to
    untold: int  # steps that do not state their language
    near: int  # per cent by which no plan can be better than more


def plan_view(found: Path, entries: Mapping[int, Entry], vocabulary: Vocabulary, wishes: Wishes) -> PlanView:
    """All that is told of a plan. ``entries`` are what it shows, by id."""
    teller = _Teller(found, entries, vocabulary, wishes)
    steps = tuple(teller.step(number, step) for number, step in enumerate(found.steps, start=1))
    known = found.share(found.known)
    planned = found.share((*found.known, *found.covered)) - known
    return PlanView(
        steps=steps,
        hours=hours(found.hours),
        hours_available=hours(found.limits.hours),
        estimated=sum(not step.candidate.hours_stated for step in found.steps),
        money=amount(found.money, wishes),
        currency=wishes.currency,
        budget=None if wishes.budget is None else amount(wishes.budget, wishes),
        unpriced=sum(step.candidate.price is None for step in found.steps),
        free=sum(step.candidate.price == 0 for step in found.steps),
        known=100 * known,
        planned=100 * planned,
        open=100 * max(1 - known - planned, 0.0),
        covered=len(found.covered),
        asked=len(found.stand.asked),
        last_day=max((step.ends for step in steps), default=None),
        missing=tuple(teller.missing()),
        kept=tuple(teller.kept()),
        untold=sum(teller.untold(step.candidate) for step in found.steps),
        near=round(100 * (found.bound / found.worth - 1)) if found.worth > 0 else 0,
    )


def hours(value: float) -> str:
    return labels.counted_hours(value)


def amount(value: float, wishes: Wishes) -> str:
    return labels.money(Price(amount=round(value, 2), currency=wishes.currency))


class _Teller:
    """Tells the parts of one plan."""

    def __init__(self, found: Path, entries: Mapping[int, Entry], vocabulary: Vocabulary, wishes: Wishes) -> None:
        self._found, self._entries, self._vocabulary, self._wishes = found, entries, vocabulary, wishes
        self._address = url_for_path(found.role.id, wishes)

    def step(self, number: int, step: Step) -> StepView:
        entry = self._entries[step.candidate.id]
        resource = entry.resource
        other = self._found.runners_up.get(entry.id)
        by = (f"by {people(resource.authors)}" if resource.authors else "", offered_by(entry))
        return StepView(
            number=number,
            id=entry.id,
            title=resource.title,
            url=url_for_entry(entry.id, resource.title),
            lang=foreign(resource.language),
            kind=labels.kind(resource.kind),
            by=" · ".join(filter(None, by)),
            facts=self._facts(step.candidate),
            weeks=_weeks(step),
            starts=self._wishes.start + timedelta(days=7 * (step.first_week - 1)),
            ends=self._wishes.start + timedelta(days=7 * step.last_week - 1),
            hours=hours_of(step.candidate),
            effort=step.candidate.hours,
            hours_stated=step.candidate.hours_stated,
            cost=cost_of(step.candidate, entry, self._wishes),
            price=step.candidate.price,
            reasons=tuple(self._reason(entry, added) for added in step.adds),
            prepares=tuple(self.label(topic) for topic in step.prepares),
            needed_for=step.needed_for,
            other=None if other is None else self._other(step, other),
        )

    def label(self, topic: str) -> str:
        return self._vocabulary.topics[topic].label

    def missing(self) -> Iterable[OpenTopics]:
        for why, words in REASONS.items():
            some = [left for left in self._found.missing if left.why is why]
            if some:
                yield OpenTopics(why=words, topics=tuple(self._open(left) for left in some))
        left_out = [topic for topic in self._found.stand.asked if topic in self._wishes.skip]
        if left_out:
            yield OpenTopics(why="You left out", topics=tuple((topic, self.label(topic), None) for topic in left_out))

    def kept(self) -> Iterable[tuple[str, str]]:
        """What the plan takes of alternatives of which nothing is known, where it teaches one."""
        stand = self._found.stand
        taught = {one.topic for one in self._found.covered}
        for group in stand.role.one_of:
            names = [self.label(choice[0]) for choice in stand.kept(group) if choice[0] in taught]
            if names:
                yield labels.in_a_sentence(group.label), labels.listed(names)

    def untold(self, one: Candidate) -> bool:
        """Whether a resource does not state its language, though one is wished for."""
        return self._wishes.language != ANY and self._entries[one.id].resource.language is None

    def _open(self, left: Missing) -> tuple[str, str, str | None]:
        first = labels.listed([self.label(topic) for topic in left.needs]) if left.needs else None
        return left.asked.topic, self.label(left.asked.topic), first

    def _facts(self, one: Candidate) -> tuple[str, ...]:
        """Level and rating; hours and cost stand apart."""
        resource = self._entries[one.id].resource
        told = (labels.LEVELS.get(resource.level or ""), labels.rating(resource))
        return tuple(filter(None, (*told, "Language not stated" if self.untold(one) else "")))

    def _reason(self, entry: Entry, added: Added) -> Reason:
        match = next(match for match in entry.topics if match.topic == added.by)
        asked: RoleTopic = added.asked
        return Reason(
            topic=asked.topic,
            label=self.label(asked.topic),
            need=labels.NEEDS[asked.need].lower(),
            depth=depth(added.worth),
            through=None if added.by == asked.topic else self.label(added.by),
            evidence=labels.evidence(match.evidence[:2]),
            known_url=f"{self._address}&know={asked.topic}",
            leave_out_url=f"{self._address}&skip={asked.topic}",
        )

    def _other(self, step: Step, other: RunnerUp) -> Other:
        entry, mine = self._entries[other.candidate.id], self._entries[step.candidate.id]
        return Other(
            title=entry.resource.title,
            url=url_for_entry(entry.id, entry.resource.title),
            lang=foreign(entry.resource.language),
            facts=(
                labels.kind(entry.resource.kind),
                *filter(None, [offered_by(entry)]),
                hours_of(other.candidate),
                cost_of(other.candidate, entry, self._wishes),
            ),
            speaks=speaks_for(step.candidate, other, mine.resource, entry.resource, self._vocabulary),
            lacks=against(step.candidate, other, mine.resource, entry.resource, self._vocabulary),
            swap_url=f"{self._address}&without={step.candidate.id}",
        )


def hours_of(one: Candidate) -> str:
    return hours(one.hours) if one.hours_stated else f"about {hours(one.hours)}, our estimate"


def cost_of(one: Candidate, entry: Entry, wishes: Wishes) -> str:
    """Free, the price, or that it is not known in the currency of the plan."""
    if one.price == 0:
        return "Free"
    if one.price is not None:
        return amount(one.price, wishes)
    told = labels.short_cost(entry.resource)
    return f"{told}, not counted" if told and any(map(str.isdigit, told)) else "Price not stated"


def depth(worth: float) -> str:
    """How well a topic is taught, in words."""
    return "in depth" if worth >= IN_DEPTH else "well" if worth >= WELL else "in its basics"


def _weeks(step: Step) -> str:
    if step.first_week == step.last_week:
        return f"Week {step.first_week}"
    return f"Weeks {step.first_week}–{step.last_week}"
