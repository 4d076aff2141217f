"""Texts that no course has: error pages, challenges for robots, templates that were never filled, wrong letters."""

import re

LOOKED_AT = 300  # characters: what is wrong is wrong from the beginning

# Such a page's whole title, or what stands in it before the name of the site.
_WHOLE = frozenset(
    """
    400|401|403|404|429|500|502|503|504|400 bad request|bad request|401 unauthorized|unauthorized|403 forbidden
    |forbidden|403 error|404 not found|404 error|404 page not found|error 403|error 404|error 500|not found
    |page not found|course not found|file not found|429 too many requests|too many requests|500 internal server error
    |internal server error|server error|502 bad gateway|bad gateway|503 service unavailable|503 service temporarily
    unavailable|service unavailable|service temporarily unavailable|504 gateway time-out|504 gateway timeout
    |gateway timeout|gateway time-out|error|an error occurred|an error has occurred|something went wrong|oops|sorry
    |access denied|access blocked|access is denied|request blocked|attention required|just a moment|one moment, please
    |please wait|loading|now loading|redirecting|client challenge|robot check|captcha|security check
    |security verification|log in|login|sign in|sign up|undefined|null|nan|none|n/a|no title|untitled|untitled document
    |untitled page|[object object]|maintenance|under maintenance|site maintenance
    """.replace("\n    ", " ")
    .replace(" |", "|")
    .strip()
    .split("|")
)
_BEGINNINGS = (
    "access to this page", "an error occurred while", "are you a human", "are you a robot", "are you human",
    "checking if the site", "checking your browser", "enable cookies", "enable javascript",
    "javascript is disabled", "javascript is not", "javascript is required",
    "just a moment...", "lorem ipsum", "one more step", "please allow cookies", "please allow javascript",
    "please enable", "please turn on", "please verify", "sorry, you have been blocked", "the requested page",
    "the requested url", "this page requires", "this page needs javascript", "this site requires javascript",
    "this site uses cookies", "this website requires", "this website uses cookies", "verify you are", "verifying you",
    "verify that you", "we use cookies", "you do not have permission", "you don't have permission",
    "you have been blocked", "you must enable", "you need to enable", "{{", "${", "<%",
)  # fmt: skip
_MAY_BEGIN = (*_BEGINNINGS, *_WHOLE)
_END_OF_TITLE = re.compile(r"[|–—:·•(#]| -")

_HALVES = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"  # how the rest of a letter shows where UTF-8 was read as Latin-1
_GARBLED = re.compile(rf"\ufffd|[ÂÃ][{_HALVES}]|â(?:€|[\x80-\xbf]{{2}})|[ÐÑ][{_HALVES}][ÐÑ]|[ãäåæçèé][{_HALVES}]{{2}}")


def is_strange(text: str) -> bool:
    """Does a title or description look like an error page, a challenge, or a template that was never filled?"""
    start = text[:LOOKED_AT].lower().lstrip()
    if not start.startswith(_MAY_BEGIN):
        return False
    return start.startswith(_BEGINNINGS) or _END_OF_TITLE.split(start, maxsplit=1)[0].strip(" .…!?") in _WHOLE


def is_garbled(text: str) -> bool:
    """Does a text hold letters that were decoded wrongly: "cafÃ©", "donâ€™t", the replacement character?"""
    return not text.isascii() and _GARBLED.search(text) is not None
