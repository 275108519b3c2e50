"""Where a drawn paper's figures and tables are, in the format of the benchmark's truth."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from reportlab.platypus import Paragraph

from exsclaim_core.model import Box


@dataclass(slots=True)
class Truth:
    pages: int
    figures: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        kind: str,
        label: str,
        page: int,
        region: Box,
        caption: Paragraph,
        caption_box: Box,
        continued: bool = False,
    ) -> None:
        """Note a figure or table: the region without its caption, in points as displayed."""
        entry: dict[str, object] = {
            "type": kind,
            "label": label,
            "page": page,
            "bbox": region.to_list(1),
            "caption": caption.getPlainText(),
            "caption_bbox": caption_box.to_list(1),
        }
        if continued:
            entry["continued"] = True
        self.figures.append(entry)

    def json(self) -> str:
        whole = {
            "truth_kind": "written while the paper was drawn",
            "pages_annotated": list(range(1, self.pages + 1)),
            "figures": self.figures,
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
