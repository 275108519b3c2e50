"""From folders of PDFs to figures and tables: the pipeline without what follows."""

from __future__ import annotations

from prefect import flow

from flows.pipeline import run_pipeline
from flows.requests import FiguresRequest


@flow(name="figures", flow_run_name="figures {request.run}")
def figures(request: FiguresRequest) -> str:
    """Find figures and tables in PDFs; the run's URL comes back."""
    return run_pipeline(request, until="figures")
