"""The task of each stage that is carried out shard by shard."""

from __future__ import annotations

from prefect import Task

from tasks.captions import captions
from tasks.clusters import clusters
from tasks.distribution import distribution
from tasks.figures import figures
from tasks.layout import layout
from tasks.panels import panels
from tasks.read import read

TASKS: dict[str, Task[[str, str], bool]] = {
    "read": read,
    "layout": layout,
    "captions": captions,
    "clusters": clusters,
    "figures": figures,
    "panels": panels,
    "distribution": distribution,
}
