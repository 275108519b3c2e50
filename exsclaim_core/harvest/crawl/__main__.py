"""A harvest as a process of its own: `python -m exsclaim_core.harvest.crawl RUN`.

Scrapy can't crawl twice in one process, and a process can be ended. It ends by itself, in order, when the process that
has started it is gone: standard input is a pipe from there. The last line on standard error says why a harvest is not
at its end; then the exit status is 1.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess

from exsclaim_core.harvest.collecting import Collector
from exsclaim_core.harvest.crawl.scrapy_settings import scrapy_settings
from exsclaim_core.harvest.crawl.spider import HarvestSpider
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import HarvestState
from exsclaim_core.runs import Run

PATIENCE = 20.0  # seconds in which it ends in order when it is told to


def main() -> None:
    """Harvest for the run whose folder is the only argument."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder = HarvestFolder(Path(sys.argv[1]))
    # A harvest whose parent was killed may still be ending.
    with folder.alone(PATIENCE):
        sys.exit(_harvest(folder) or 0)


def _harvest(folder: HarvestFolder) -> str:
    """Why the harvest is not at its end; "" when it is."""
    settings = Run(folder.run).settings.harvest
    keys = {source.name: os.environ.get(source.key, "") for source in HARVEST_SOURCES.values() if source.key}
    state = HarvestState(folder.state)
    collector = Collector(state, folder, folder.query(), settings, keys)
    process = AsyncCrawlerProcess(scrapy_settings(settings, folder.path))
    log = logging.FileHandler(folder.log, encoding="utf-8", errors="replace")
    log.setFormatter(_Discreet(collector.without_keys))
    log.setLevel(logging.INFO)
    logging.getLogger().addHandler(log)
    process.crawl(HarvestSpider, collector=collector, settings=settings)
    process.start()
    state.close()
    return collector.ended


class _Discreet(logging.Formatter):
    """Lines of a log without keys: Scrapy writes addresses as they are asked for."""

    def __init__(self, without_keys: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s [%(name)s] %(levelname)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._without_keys = without_keys

    def format(self, record: logging.LogRecord) -> str:
        return self._without_keys(super().format(record))


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    main()
