"""Whose address is whose: requests to one publisher are made one after the other, whatever its servers are called."""

from __future__ import annotations

from urllib.parse import urlsplit

import tldextract

from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.settings import HarvestSettings

# The list of public suffixes that comes with the package: nothing is fetched for it.
_DOMAINS = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class Slots:
    """The slots of addresses, with the addresses that the settings give to sources."""

    def __init__(self, settings: HarvestSettings) -> None:
        self._bases = {name: settings.addresses.get(name, each.base) for name, each in HARVEST_SOURCES.items()}
        self._mirrors = {old: new for old, new in settings.addresses.items() if "://" in old}

    def base(self, source: str) -> str:
        """The beginning of a source's addresses."""
        return self._bases[source]

    def mirrored(self, url: str) -> str:
        """The address to ask instead, where the settings name a mirror of its beginning."""
        for old, new in self._mirrors.items():
            rest = url.removeprefix(old)
            if rest != url and (old.endswith("/") or rest[:1] in ("", "/", "?", "#")):
                return new + rest
        return url

    def of(self, url: str, source: str = "") -> str:
        """The slot of an address: the source that it belongs to, or that has named it, or else its site."""
        url = self.mirrored(url)
        for name, base in self._bases.items():
            if url == base or url.startswith(f"{base.rstrip('/')}/"):
                return name
        # The picture servers of a publisher belong to it; an index names addresses of many.
        if source in HARVEST_SOURCES and not HARVEST_SOURCES[source].api:
            return source
        site = _site(url)
        return next((name for name, base in self._bases.items() if _site(base) == site), site)


def _site(url: str) -> str:
    """The domain that somebody has registered: "publisher.com" of "media.publisher.com"; else host and port."""
    try:
        parts = urlsplit(url)
        return _DOMAINS(parts.hostname or "").top_domain_under_public_suffix or parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
