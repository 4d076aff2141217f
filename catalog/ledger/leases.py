"""What a lease is: who holds a row until when, and when it may be taken from them."""

import os
import socket
from typing import Any

from sqlalchemy import Connection, Table, insert, or_, select, true, update

NEVER = 0.0


def this_process() -> str:
    """Machine and process: who takes a lease."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(
    connection: Connection, table: Table, name: str, by: str, only: Any = None, *, at: float, until: float
) -> bool:
    """Take the row of that name where it is free, or where its holder is dead; ``only`` is a further condition."""
    holder = {"taken_by": by, "taken_until": until}
    ours = update(table).where(table.c.name == name, true() if only is None else only).values(holder)
    if connection.execute(ours.where(or_(table.c.taken_by.is_(None), table.c.taken_until <= at))).rowcount:
        return True
    known = connection.execute(select(table.c.taken_by).where(table.c.name == name)).one_or_none()
    if known is None:
        connection.execute(insert(table).values(name=name, **holder))
        return True
    if not is_dead(known.taken_by):
        return False
    return bool(connection.execute(ours.where(table.c.taken_by == known.taken_by)).rowcount)


def give(connection: Connection, table: Table, name: str, by: str, **values: Any) -> None:
    """Give a row back that is still ours, with what is to be remembered."""
    held = update(table).where(table.c.name == name, table.c.taken_by == by)
    connection.execute(held.values(taken_by=None, taken_until=NEVER, **values))


def is_dead(by: str | None) -> bool:
    """Whether a holder is a process of this machine that is no more: then nobody needs to wait for the lease's end."""
    machine, _, number = (by or "").partition(":")
    pid = number.partition(":")[0]
    if machine != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
