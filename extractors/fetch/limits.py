"""Every bound that outside data meets, with its name and its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one exchange and of one cycle's fetching; times in seconds, sizes in bytes."""

    connect_seconds: float = 10.0  # a host that does not answer a handshake in ten seconds is down
    read_seconds: float = 20.0  # between two chunks: a slow drip ends by the total
    total_seconds: float = 45.0  # one exchange, redirects included: a cycle has ten minutes for all
    wire_bytes: int = 8_000_000  # the largest real feed seen is 2.6 MB; compressed, as received
    body_bytes: int = 24_000_000  # decompressed: stops bombs
    entries: int = 10_000  # the largest real feed seen has 1,000
    redirects: int = 5
    connections: int = 100  # at once, over all hosts
    distance_seconds: float = 0.0  # between two starts at one host, whatever its connections
    held_bytes: int = 64_000_000  # by all bodies of a round together; half is dealt out evenly, 256 KiB each at least
