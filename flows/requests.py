"""What a person fills in to start a flow: pydantic models, which the Prefect UI shows as forms."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from exsclaim_core.harvest.query import Query
from exsclaim_core.settings import (
    AssignmentSettings,
    CaptionSettings,
    ClusterSettings,
    DatasetSettings,
    DistributionSettings,
    OutputSettings,
    PanelSettings,
    ProposalSettings,
    RunSettings,
)

# Workers that carry flows out do so in folders of their own: a relative path would mean nothing there.
Place = Annotated[str, StringConstraints(pattern=r"^/|://")]
StageName = Literal["read", "layout", "captions", "clusters", "figures", "panels", "distribution", "dataset"]


def _with_absolute_folders(query: Query) -> Query:
    if relative := [folder for folder in query.folders if not folder.startswith("/")]:
        raise ValueError(f"folders: {relative[0]} is no absolute path")
    return query


PlacedQuery = Annotated[Query, AfterValidator(_with_absolute_folders)]

OTHERS = "Settings to change; those that are not given stay as they are in the run"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    run: Place = Field(description="Run folder: an absolute path or fsspec URL that all workers reach")
    cluster: str | None = Field(
        None,
        description="Address of a Dask scheduler, tcp://host:8786; none: the one that DASK_SCHEDULER_ADDRESS names "
        "where the flow runs, or else workers on that machine",
    )
    workers: int | None = Field(
        None, ge=1, le=256, description="Workers on this machine; none: one a processor core, 8 at most"
    )


class FiguresRequest(_Request):
    """A run over folders of PDFs; one that is there already goes on."""

    pdfs: list[Place] = Field(
        default_factory=list,
        description="Folders, PDF files (absolute paths) or URLs, added to those that the run has already",
    )
    settings: RunSettings | None = Field(
        None,
        title="Settings",
        description="Settings to change; others stay those of the run, or the defaults for a new one",
    )


class PipelineRequest(FiguresRequest):
    """A run over a query's articles and folders of PDFs, up to the dataset; one that is there already goes on."""

    query: PlacedQuery | None = Field(
        None, title="Query", description="Which articles to collect first, those that are new; none: only the PDFs"
    )
    until: StageName = Field("dataset", description="The last stage to carry out")

    @model_validator(mode="after")
    def _on_a_disk(self) -> Self:
        if self.query and not self.run.startswith("/"):
            raise ValueError(f"run: a harvest needs a run on a disk, an absolute path and not {self.run}")
        return self


class HarvestRequest(BaseModel):
    """Articles for a run; one that is there already takes what is new."""

    model_config = ConfigDict(extra="forbid")

    run: Annotated[str, StringConstraints(pattern=r"^/")] = Field(
        description="Run folder: an absolute path that all workers reach"
    )
    query: PlacedQuery = Field(title="Query", description="Which articles to collect")
    settings: RunSettings | None = Field(
        None,
        title="Settings",
        description="Settings to change; others stay those of the run, or the defaults for a new one",
    )


class RerunRequest(_Request):
    """A stage of a run again, and what depends on it; stages before it are left alone where they are up to date."""

    again: Literal["changed", "failed", "all"] = Field(
        "changed",
        description="Which shards: those that other settings or files change, also those with documents that took too "
        "much time or memory or crashed, or all",
    )


class ReadRerun(RerunRequest):
    """Read the files of a run again."""


class LayoutRerun(RerunRequest):
    """Find furniture, columns and rows again."""


class CaptionsRerun(RerunRequest):
    """Find captions again."""

    captions: CaptionSettings | None = Field(None, title="Captions", description=OTHERS)


class ClustersRerun(RerunRequest):
    """Cluster the operators again."""

    clusters: ClusterSettings | None = Field(None, title="Clusters", description=OTHERS)


class FiguresRerun(RerunRequest):
    """Assign regions to captions and make pictures again."""

    proposals: ProposalSettings | None = Field(None, title="Proposals", description=OTHERS)
    assignment: AssignmentSettings | None = Field(None, title="Assignment", description=OTHERS)
    output: OutputSettings | None = Field(None, title="Output", description=OTHERS)


class PanelsRerun(RerunRequest):
    """Take figures apart again."""

    panels: PanelSettings | None = Field(None, title="Panels", description=OTHERS)


class DistributionRerun(RerunRequest):
    """Distribute captions to panels again."""

    distribution: DistributionSettings | None = Field(None, title="Distribution", description=OTHERS)


class DatasetRerun(RerunRequest):
    """Write the dataset again."""

    dataset: DatasetSettings | None = Field(None, title="Dataset", description=OTHERS)
