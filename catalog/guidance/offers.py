"""What each candidate offers somebody on the way into a role: worth for what they lack, and what it asks before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from catalog.guidance.candidates import Candidate, grounded, worth_of
from catalog.guidance.coverage import covering, weighed
from catalog.guidance.knowing import Foundations
from catalog.guidance.limits import cents, minutes
from catalog.guidance.packing import Option
from catalog.vocabulary import NEEDS, OneOf, Role, RoleTopic, Vocabulary

Choice = tuple[str, ...]
MIX = 1.0  # what a need met by a kind of resource is worth, beside the usual weight of the need


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A candidate beside what is lacking: worth for each asked topic not known, what it needs before, what it gives.

    ``tells`` is all that it tells of, ``ground`` what of that it teaches so that others can build on it.
    """

    candidate: Candidate
    worths: Mapping[str, float]
    needs: frozenset[str]
    tells: frozenset[str]
    ground: frozenset[str]
    gives: frozenset[str]

    @property
    def id(self) -> int:
        return self.candidate.id


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """Somebody before a role: what they know, and what they leave out."""

    role: Role
    foundations: Foundations
    know: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    choose: frozenset[str] = frozenset()  # topics whose choices are taken where the role has alternatives

    @property
    def vocabulary(self) -> Vocabulary:
        return self.foundations.vocabulary

    @cached_property
    def covers(self) -> Mapping[str, RoleTopic]:
        return covering(self.role, self.vocabulary)

    @cached_property
    def _known(self) -> frozenset[str]:
        return self.foundations.known_from(self.know)

    @cached_property
    def known(self) -> frozenset[str]:
        """What is known of the role, through what is known, its prerequisites, and what these cover."""
        return frozenset(self.covers[topic].topic for topic in self._known if topic in self.covers)

    @cached_property
    def had(self) -> frozenset[str]:
        """Whatever may be asked for and is there: what is known and all that is broader."""
        return self.foundations.with_broader(self._known)

    @cached_property
    def asked(self) -> Mapping[str, RoleTopic]:
        """The topics that the role asks for; of alternatives all choices until one is taken."""
        away = set[str]()
        for group in self.role.one_of:
            if kept := self.kept(group):
                away |= group.topics.difference(*kept)
        return {topic: one for topic, one in weighed(self.role).items() if topic not in away}

    @cached_property
    def wanted(self) -> Mapping[str, RoleTopic]:
        """The topics that are still to be learnt."""
        away = self.known | self.leave_out
        return {topic: one for topic, one in self.asked.items() if topic not in away}

    def kept(self, group: OneOf) -> tuple[Choice, ...]:
        """The choices that are taken of some alternatives: those asked for, else those known."""
        chosen = tuple(choice for choice in group.choices if choice[0] in self.choose)
        return chosen or tuple(choice for choice in group.choices if choice[0] in self.known)

    @cached_property
    def undecided(self) -> tuple[tuple[OneOf, tuple[Choice, ...]], ...]:
        """The alternatives of which none is taken yet, with the choices that are not left out."""
        open_ = (
            (group, tuple(one for one in group.choices if one[0] not in self.leave_out)) for group in self.role.one_of
        )
        return tuple((group, choices) for group, choices in open_ if choices and not self.kept(group))

    def about(self, offer: Offer, group: OneOf) -> frozenset[str]:
        """Which of some alternatives an offer is about: those it teaches, else those it asks for before it."""
        return group.topics & offer.tells or group.topics & offer.needs

    def allowed(self, about: frozenset[str], choices: Iterable[Iterable[str]]) -> bool:
        """Whether what is about some of alternatives goes with choices: it is about one, or about what leads to one."""
        kept = frozenset[str]().union(*choices)
        return not about or not kept.isdisjoint(about) or about <= self.foundations.known_from(kept)

    def goes_with(self, offer: Offer) -> bool:
        """Whether an offer goes with what is taken of all alternatives, and with what is known."""
        return all(
            not kept.isdisjoint(about) or about <= near
            for group, kept, near in self._taken
            if (about := self.about(offer, group))
        )

    @cached_property
    def _taken(self) -> tuple[tuple[OneOf, frozenset[str], frozenset[str]], ...]:
        """The alternatives of which something is taken, with what that and what is known are, and what leads there."""
        found = []
        for group in self.role.one_of:
            if some := self.kept(group):
                kept = self._known.union(*some)
                found.append((group, kept, self.foundations.known_from(kept)))
        return tuple(found)

    @cached_property
    def looked_for(self) -> tuple[str, ...]:
        """The topics to find candidates for: those wanted, and what must be known before them and is not."""
        return tuple(sorted((self.foundations.known_from(self.wanted) - self.had) | set(self.wanted)))

    def offer(self, one: Candidate) -> Offer:
        taught = frozenset(one.teaches)
        place = self.foundations.together(taught)
        tells = taught | place.above
        ground = grounded(one, len(taught - place.above)) - (place.built_on - one.named)
        return Offer(
            candidate=one,
            worths={topic: value for topic, value in worth_of(one, self.covers).items() if topic in self.wanted},
            needs=place.before - tells - self.had,
            tells=tells,
            ground=ground,
            gives=self._given(ground),
        )

    def _given(self, ground: frozenset[str]) -> frozenset[str]:
        """What others may need and have after it: what it teaches itself, and what a topic in view is a way into.

        In view are the topics still to be learnt and those chosen: in a plan that takes Java, an hour on PHP arrays
        is no way into programming.
        """
        return ground.union(*[self._ways[topic] for topic in ground & self._ways.keys()])

    @cached_property
    def _ways(self) -> Mapping[str, frozenset[str]]:
        """For each topic in view that leads into others, these."""
        in_view = (topic for topic in self.wanted.keys() | self.choose if topic in self.vocabulary.topics)
        ways = {topic: self.foundations.place(topic).way_into for topic in in_view}
        return {topic: into for topic, into in ways.items() if into}

    def narrowed(self, offer: Offer) -> Offer:
        """An offer made before choices were taken."""
        worths = {topic: value for topic, value in offer.worths.items() if topic in self.wanted}
        gives = self._given(offer.ground)
        same = len(worths) == len(offer.worths) and gives == offer.gives
        return offer if same else replace(offer, worths=worths, gives=gives)

    def options(self, offers: Iterable[Offer]) -> list[Option]:
        """The offers as options; where they are of several kinds, each kind is worth something of its own."""
        some = tuple(offers)
        mixed = len({offer.candidate.kind for offer in some}) > 1
        return [self._option(offer, mixed=mixed) for offer in some]

    def _option(self, offer: Offer, *, mixed: bool) -> Option:
        gains = {topic: self.wanted[topic].weight * value for topic, value in offer.worths.items()}
        best: dict[str, float] = {}
        for topic, value in offer.worths.items() if mixed else ():
            need = self.wanted[topic].need
            best[need] = max(best.get(need, 0.0), value)
        for need, value in best.items():
            gains[f"{offer.candidate.kind} for {need}"] = MIX * NEEDS[need] * value
        return Option(
            id=offer.id,
            gains=gains,
            minutes=minutes(offer.candidate),
            cents=cents(offer.candidate),
            needs=offer.needs,
            gives=offer.gives,
        )
