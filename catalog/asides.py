"""Names said in passing: what a learner must know before, what a course is unlike, what else its makers offer."""

import re

REACH = 120  # characters before and after a name that are looked at, no further than its sentence

_ENDS = re.compile(r"[.!?](?=\s|$)|[\n•;]|\s[-–]\s")
_LEARNT = r"knowledge|understanding|familiarity|experience|background|skills?|grasp|proficiency|exposure|fluency"
_BEFORE = re.compile(
    rf"""\b(?:
      no\ (?:prior\ |previous\ )?(?:\w+\ ){{0,2}}?(?:{_LEARNT})
    | (?:prior|previous|basic|existing|some|elementary)\ (?:\w+\ ){{0,3}}?(?:{_LEARNT})
    | (?:be|are|is|being)\ (?:already\ )?(?:familiar|comfortable|proficient|fluent|versed)\ (?:with|in)
    | (?:those|anyone|learners|students|developers|people|already)\ familiar\ with
    | prerequisites? | pre-requisites? | assum(?:es?|ing) | already\ (?:know|have|use)\w*
    | (?:course|class|project|tutorial|program|specialization|lab|training|it)\ requires?(?!\ you\ to)
    | (?:do|does|will)(?:\ not|n['’]t)\ (?:\w+\ )?(?:need|require|cover|teach)
    | (?:other|similar)\ (?:programming\ |computer\ )?languages | other\ (?:courses|classes)
    | (?:my|our)\ (?:other|previous|earlier)\ (?:\w+\ )?(?:courses?|class(?:es)?)
    )\b[^:]*$
    | \b(?:unlike|instead\ of|rather\ than|as\ opposed\ to|without)\b[^:,]{{0,20}}$""",
    re.IGNORECASE | re.VERBOSE,
)
_GAINED = re.compile(
    r"\b(?:gain|build|develop|get|giv(?:e|en|es|ing)\b|acquire|provide|obtain|receive|earn|offer|deepen|learn|leave)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"""[^.!?\n•;]{{0,40}}?\b(?:
      (?:{_LEARNT})\ (?:is\ |are\ |will\ be\ )?(?:not\ )?(?:required|needed|necessary|assumed|recommended|helpful)
    | (?:is|are)\ (?:not\ )?(?:required|assumed|recommended|a\ plus|a\ must|helpful|an?\ prerequisite)
    | (?:not\ )?(?:required|needed)\s*(?:[.!,;)]|$)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_DENIED = re.compile(r"\b(?:no|not|without|unlike)\s+$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$")


def is_aside(before: str, after: str) -> bool:
    """Whether a name that stands between two pieces of a text is no name of what is taught.

    So are "unlike Java", "no Python needed", "a basic knowledge of SQL", "https://python.org"; not so "gain a basic
    knowledge of SQL".
    """
    if after.startswith("://") or _ADDRESS.search(before) or is_denied(before):
        return True
    sentence = before[max((end.end() for end in _ENDS.finditer(before)), default=0) :]
    aside = _BEFORE.search(sentence)
    if aside and not _GAINED.search(sentence[: aside.start()]):
        return True
    return _AFTER.match(after) is not None


def is_denied(before: str) -> bool:
    """Whether the word just before a name denies it: "without Java"."""
    return _DENIED.search(before) is not None
