"""How the crawler introduces and restrains itself."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Manners:
    """The values are those of the configuration; times are in seconds, sizes in bytes."""

    product: str = "lodestar"
    version: str = "0.1.0"
    contact: str = ""
    pause_seconds: float = 1.0
    timeout_seconds: float = 30.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    allow_private_hosts: Collection[str] = ()

    @property
    def user_agent(self) -> str:
        return f"{self.product}/{self.version} (+{self.contact or 'local test'})"

    def needs_contact(self, host: str) -> bool:
        """Whether a host may only be asked by somebody who can be reached."""
        return not self.contact.strip() and host.lower() not in {one.lower() for one in self.allow_private_hosts}
