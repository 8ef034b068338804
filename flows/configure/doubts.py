"""What in a valid configuration is hardly meant: it is polled or told otherwise than somebody may think."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from socket import inet_aton  # reads 127.1 and 0x7f000001 too, as a resolver does
from typing import Final
from urllib.parse import urlsplit

from alerts.model import Channel
from extractors.model import Feed

SHORT: Final = timedelta(minutes=1)  # a cycle that may last no longer leaves little time for a slow receiver


def of_feeds(feeds: Sequence[Feed], languages: frozenset[str]) -> Iterator[str]:
    """Doubt the feeds, where the lexicon has words in these languages."""
    polled = [feed for feed in feeds if feed.enabled]
    if not polled:
        yield "feeds.toml: no feed is enabled, so nothing is polled. Add [[feed]] tables."
    for feed in polled:
        if feed.url and not feed.allow_private and _private(urlsplit(feed.url).hostname or ""):
            yield f"feed {feed.name}: {feed.url} is a private address, always refused without allow_private = true."
    for language in sorted({feed.language for feed in polled} - languages):
        named = ", ".join(feed.name for feed in polled if feed.language == language)
        yield f"the lexicon has no words in {language!r}, so that only names are found in: {named}."


def of_channels(channels: Sequence[Channel], feeds: Sequence[Feed]) -> Iterator[str]:
    """Doubt channels, as far as the feeds can serve them."""
    spoken = {feed.language for feed in feeds if feed.enabled}
    for channel in channels:
        if channel.tracks and (outside := sorted(set(channel.urgent_tracks) - set(channel.tracks))):
            yield f"channel {channel.name}: urgent_tracks names {', '.join(outside)}, which its tracks leave out."
        if channel.languages and spoken and not spoken & set(channel.languages):
            yield f"channel {channel.name}: no enabled feed is in {', '.join(channel.languages)}."
        if channel.urgent_tracks and channel.quiet_from is None:
            yield f"channel {channel.name}: urgent_tracks has no effect without quiet_from and quiet_to."
    for variable, count in Counter(channel.url_env for channel in channels).items():
        if variable and count > 1:
            yield f"{count} channels send to the URL in {variable}: their messages arrive there more than once."


def of_service(contact: str, deadline: timedelta, unset: str) -> Iterator[str]:
    """Doubt konato.toml; `unset` is the variable of the cluster's database where nothing is in it, else ""."""
    if not contact:
        yield "konato.toml: [http] contact is not set: publishers who see our requests cannot write to anybody."
    if deadline < SHORT:
        yield f"konato.toml: [cycle] deadline is {deadline.seconds} s: feeds or messages will wait for later cycles."
    if unset:
        yield f"konato.toml: [cluster] database_env names {unset}, which is not set: no cycle and no poller can run."


def _private(host: str) -> bool:
    with suppress(ValueError, OSError):
        return not ip_address(host if ":" in host else inet_aton(host)).is_global
    return f".{host.rstrip('.').lower()}".endswith(".localhost")
