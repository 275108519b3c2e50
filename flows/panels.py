"""From folders of PDFs to figures that are taken apart: the pipeline up to their panels."""

from __future__ import annotations

from prefect import flow

from flows.pipeline import run_pipeline
from flows.requests import FiguresRequest


@flow(name="panels", flow_run_name="panels {request.run}")
def panels(request: FiguresRequest) -> str:
    """Find figures in PDFs, and their panels and scale bars; the run's URL comes back."""
    return run_pipeline(request, until="panels")
