"""A guest's surroundings: folders of its own and an environment with nothing of ours in it."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

CERTIFICATE = "one-certificate.pem"


@dataclass(frozen=True)
class Scratch:
    """The empty folders of one worker: they live as long as it does."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def make_scratch(home: Path, framework: str) -> Scratch:
    folder = home.absolute() / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Scratch(Path(tempfile.mkdtemp(prefix=f"{framework.replace('/', '-')}-", dir=folder)))
    for part in (scratch.home, scratch.work, scratch.temporary):
        part.mkdir()
    return scratch


def sweep(home: Path) -> None:
    """Removes what workers of a killed host left behind. Only for whoever holds the run's lock."""
    shutil.rmtree(home / "scratch", ignore_errors=True)


def one_certificate(home: Path) -> Path | None:
    """A bundle of one root certificate, or None where this machine has none.

    Guests speak no TLS: whatever is not the meter is refused. Yet each new HTTP client loads some 150 root certificates
    (18 to 30 ms), and each trial's own URL makes frameworks build a new client, so that it would be measured as theirs.
    """
    certificates = ssl.create_default_context().get_ca_certs(binary_form=True)
    if not certificates:
        return None
    path = home.absolute() / "scratch" / CERTIFICATE
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="ascii") as half:
        half.write(ssl.DER_cert_to_PEM_cert(certificates[0]))
    os.replace(half.name, path)  # noqa: PTH105
    return path


def guest_environment(python: Path, staged: Path, scratch: Scratch, certificate: Path | None) -> dict[str, str]:
    """All that a guest gets to see of the environment: no key, no proxy, no setting of whoever runs Bakeoff."""
    surroundings = {
        "PATH": f"{python.parent}:/usr/bin:/bin",
        "HOME": str(scratch.home),
        "TMPDIR": str(scratch.temporary),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(staged),
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
    }
    return surroundings | ({"SSL_CERT_FILE": str(certificate)} if certificate else {})
