"""A harvest as a process of its own: `python -m exsclaim_core.harvest.crawl RUN`.

Scrapy can't crawl twice in one process, and a process can be ended. It ends by itself, in order, when the process that
has started it is gone: standard input is a pipe from there.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess

from exsclaim_core.harvest.collecting import Collector
from exsclaim_core.harvest.crawl.scrapy_settings import scrapy_settings
from exsclaim_core.harvest.crawl.spider import HarvestSpider
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import HarvestState
from exsclaim_core.runs import Run


def main() -> None:
    """Harvest for the run whose folder is the only argument."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder = HarvestFolder(Path(sys.argv[1]))
    settings = Run(sys.argv[1]).settings.harvest
    query = folder.query()
    keys = {source.name: os.environ.get(source.key, "") for source in HARVEST_SOURCES.values() if source.key}
    state = HarvestState(folder.state)
    collector = Collector(state, folder, query, settings, keys)
    process = AsyncCrawlerProcess(scrapy_settings(settings, folder.path))
    process.crawl(HarvestSpider, collector=collector, settings=settings)
    process.start()
    state.close()
    # An exception in the spider is logged by Scrapy, and nothing else.
    sys.exit(1 if process.bootstrap_failed or collector.broken else 0)


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
