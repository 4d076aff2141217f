"""A plan to take along: as a calendar, as Markdown, as a table."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from webui import labels
from webui.paths.view import PlanView, StepView

COLUMNS = (
    *("step", "kind", "title", "by", "from", "to", "hours", "hours stated", "price"),
    *("currency", "teaches", "prepares", "address"),
)
_FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r\n]")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~!])")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan with its name, its address, and how addresses of the site are made whole."""

    title: str
    address: str
    host: str
    view: PlanView
    absolute: Callable[[str], str]


def calendar(plan: Plan) -> str:
    """One all-day event a step (RFC 5545), from its first day to its last; the same plan has the same text."""
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Lodestar//learning plan//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", plan.title)
    for step in plan.view.steps:
        event = icalendar.Event()
        event.add("uid", f"step-{step.id}-{step.starts:%Y%m%d}@{plan.host}")
        event.add("dtstamp", datetime.combine(plan.view.steps[0].starts, time(), UTC))
        event.add("dtstart", step.starts)
        event.add("dtend", step.ends + timedelta(days=1))
        event.add("summary", f"{step.number}. {step.title}")
        event.add("description", f"{step.hours}; {step.cost}.\n{reasons(step)}\n{plan.absolute(step.url)}")
        event.add("url", plan.absolute(step.url))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    written: bytes = made.to_ical()
    return written.decode("utf-8")


def markdown(plan: Plan) -> str:
    """A list of steps with their reasons; what stays open; and the address that makes it again."""
    view = plan.view
    lines = [f"# {plain(plan.title)}", "", f"{view.hours} in all, {view.money} where a price is stated.", ""]
    for step in view.steps:
        lines += [
            f"{step.number}. **[{plain(step.title)}]({plan.absolute(step.url)})** ({plain(step.kind)})",
            f"   {step.starts.isoformat()} to {step.ends.isoformat()} · {step.hours} · {plain(step.cost)}",
            f"   {plain(reasons(step))}",
            *([f"   Runner-up: [{plain(step.other.title)}]({plan.absolute(step.other.url)})"] if step.other else []),
            "",
        ]
    if view.missing:
        lines += ["## What stays open", ""]
        lines += [f"- {why.why}: {plain(', '.join(label for _, label, _ in why.topics))}" for why in view.missing]
        lines.append("")
    return "\n".join([*lines, f"Made anew at <{plan.address}>", ""])


def table(plan: Plan) -> str:
    """A row a step (RFC 4180), hours and price as numbers; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for step in plan.view.steps:
        cells = (
            *(str(step.number), step.kind, step.title, step.by.removeprefix("by ")),
            *(
                step.starts.isoformat(),
                step.ends.isoformat(),
                f"{step.effort:.2f}",
                "yes" if step.hours_stated else "no",
            ),
            *(("", "") if step.price is None else (f"{step.price:.2f}", plan.view.currency)),
            *(", ".join(reason.label for reason in step.reasons), ", ".join(step.prepares), plan.absolute(step.url)),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def reasons(step: StepView) -> str:
    """Why the step is there, in a sentence."""
    teaches = [f"{reason.label} ({reason.need}, {reason.depth})" for reason in step.reasons]
    told = [f"teaches {labels.listed(teaches)}"] if teaches else []
    told += [f"prepares for later steps with {labels.listed(step.prepares)}"] if step.prepares else []
    text = "; ".join(told)
    return text[:1].upper() + text[1:] + "."


def harmless(cell: str) -> str:
    """A cell that no spreadsheet reckons with: one that begins like a formula gets an apostrophe before it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(text: str) -> str:
    """Text in which no sign is a mark of Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


EXPORTS: Mapping[str, tuple[str, Callable[[Plan], str]]] = MappingProxyType(
    {"ics": ("text/calendar", calendar), "md": ("text/markdown", markdown), "csv": ("text/csv", table)}
)
