"""From folders of PDFs to figures whose captions are distributed to their panels: the pipeline without the dataset."""

from __future__ import annotations

from prefect import flow

from flows.pipeline import run_pipeline
from flows.requests import FiguresRequest


@flow(name="distribution", flow_run_name="distribution {request.run}")
def distribution(request: FiguresRequest) -> str:
    """Find figures in PDFs, and what captions say of each panel; the run's URL comes back."""
    return run_pipeline(request, until="distribution")
