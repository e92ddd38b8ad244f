"""Where the two sources are asked, and what may be sent there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from star_history import github, ossinsight
from star_history.errors import WrongAddress
from star_history.history import SOURCE_NAMES, Source


@dataclass(frozen=True)
class Addresses:
    """Where the two sources are asked; anything but the public services is a stand-in."""

    github: str
    ossinsight: str
    token: str = ""

    @classmethod
    def told(cls, environment: Mapping[str, str] = os.environ) -> Addresses:
        """By BAKEOFF_GITHUB_URL, BAKEOFF_OSSINSIGHT_URL and GITHUB_TOKEN."""
        return cls(
            github=_address("BAKEOFF_GITHUB_URL", github.URL, environment),
            ossinsight=_address("BAKEOFF_OSSINSIGHT_URL", ossinsight.URL, environment),
            token=environment.get("GITHUB_TOKEN", "").strip(),
        )

    @property
    def may_carry_token(self) -> bool:
        """A token goes over an encrypted line, or to this very machine."""
        parts = urlsplit(self.github)
        return bool(self.token) and (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1"))

    def demonstration(self, sources: Iterable[Source]) -> str:
        """What to say where the figures are not the public services' own; every source needs GitHub's cards."""
        asked = {"github": self.github, "ossinsight": self.ossinsight}
        public = {"github": github.URL, "ossinsight": ossinsight.URL}
        stand_ins = [name for name in dict.fromkeys(["github", *sources]) if asked[name] != public[name]]
        if not stand_ins:
            return ""
        hosts = {name: host(asked[name]) for name in stand_ins}
        played = {host: [SOURCE_NAMES[name] for name in stand_ins if hosts[name] == host] for host in hosts.values()}
        told = " and ".join(f"{host} in place of {' and '.join(names)}" for host, names in played.items())
        return f"DEMONSTRATION, not real: these figures come from {told}."


def _address(variable: str, public: str, environment: Mapping[str, str]) -> str:
    """What the variable says, or the public service."""
    told = environment.get(variable) or public
    try:
        parts = urlsplit(told)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        is_one = False
    if not is_one:
        shown = "an address" if "@" in told else repr(told)  # with a password, perhaps
        raise WrongAddress(f"{variable} is {shown} where nobody can be asked: give one like {public}, or unset it.")
    return told.rstrip("/")


def host(address: str) -> str:
    """Without a password; and where it is no address, all of it."""
    return urlsplit(address).netloc.rpartition("@")[2] or address
