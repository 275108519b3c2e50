"""One pydantic model a stage: each field's description, unit and bounds are its documentation and its form."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaptionSettings(_Settings):
    """Caption detection (Clark and Divvala 2016, section 4.1)."""

    threshold: float = Field(1.0, description="Least evidence for a row that begins with a label to be a caption")
    weak_threshold: float = Field(-0.8, description="Least evidence for a number that is missing between others")
    sure: float = Field(2.0, description="Evidence at which a caption's looks count as the document's style")
    line_gap: float = Field(1.3, gt=0, description="Largest step to the next line, in the steps of the caption so far")
    first_step: float = Field(1.5, gt=0, description="Largest step from the first line to the second, in font sizes")
    label_gap: float = Field(
        4.0, gt=0, description="Largest gap between a label and its title on one line, in font sizes"
    )


class ClusterSettings(_Settings):
    """Clustering of operators (Praczyk et al. 2013, algorithm 1 and definition 2)."""

    margin: float = Field(3.0, ge=0, le=50, description="Largest gap between drawings of one cluster, points")
    largest_stream_gap: float = Field(
        40.0,
        gt=0,
        description="Largest distance in the content stream inside a cluster that encloses a caption, blocks",
    )
    rule_aspect: float = Field(8.0, ge=1, description="Least width in heights of a cluster of horizontal lines only")


class ProposalSettings(_Settings):
    """Regions that a caption may own (Clark and Divvala 2016, section 4.3)."""

    band_gap: float = Field(7.0, gt=0, description="Least white band at which a region may end, points")
    most_cuts: int = Field(8, ge=1, le=40, description="Most white bands tried in one direction")


class AssignmentSettings(_Settings):
    """Choice of one region a caption."""

    least_score: float = Field(-0.6, description="Score below which a caption stays without a region")
    clear: float = Field(2.2, description="Score from which a region says on which side the document puts its captions")
    clear_margin: float = Field(0.8, description="… when it leads the other sides by this much")
    side_weight: float = Field(0.8, description="Most that the document's habit adds to a score")
    most_steps: int = Field(20_000, ge=100, description="Steps of the search in one group of captions")
    most_searched: int = Field(60, ge=1, le=300, description="Most captions in a group that is searched at all")


class OutputSettings(_Settings):
    """Pictures that are made of what was found."""

    images: bool = Field(True, description="Whether to make a PNG of each figure and table")
    dpi: float = Field(300, ge=20, le=2400, description="Resolution of the PNGs, pixels per inch")
    own_resolution: bool = Field(
        True, description="Whether a figure that is one raster image keeps that image's pixels"
    )
    margin: float = Field(1.0, ge=0, le=72, description="White space round a region, points")
    largest: float = Field(
        40.0, gt=0, le=400, description="Most pixels of one PNG, millions; beyond, it gets fewer dpi"
    )
    svg: bool = Field(False, description="Whether to make an SVG of each figure and table as well")
    overlay: bool = Field(False, description="Whether to make pages on which everything that was found is drawn")
    overlay_dpi: float = Field(100, ge=20, le=600, description="Resolution of overlay pages, pixels per inch")


class LimitSettings(_Settings):
    """What one document may take before its process is ended."""

    seconds: float = Field(60.0, gt=0, description="Time for a document, seconds")
    seconds_per_page: float = Field(2.0, ge=0, description="Time in addition for each of its pages, seconds")
    memory: float = Field(2.0, ge=0.25, description="Memory for a document, GiB")
    kept_memory: float = Field(0.15, gt=0, description="Memory above which a process is replaced after a document, GiB")


class HarvestSettings(_Settings):
    """How articles are fetched; nothing of it changes the results of a stage."""

    contact: str = Field(
        "",
        max_length=200,
        description="Address (mail or web) at which publishers can reach whoever runs this; part of the user agent",
    )
    delay: float = Field(3.0, ge=0, le=600, description="Least time between two requests to one publisher, seconds")
    longest_delay: float = Field(
        60.0, ge=0, le=3600, description="Most time between two requests to a publisher that answers slowly, seconds"
    )
    timeout: float = Field(60.0, gt=0, le=3600, description="Most time for one answer, seconds")
    longest_wait: float = Field(
        900.0, ge=0, le=86400, description="Longest time to wait for a publisher that asks to come back later, seconds"
    )
    tries: int = Field(5, ge=1, le=20, description="How often a request is made whose answer fails")
    page_size: float = Field(20.0, gt=0, le=500, description="Largest web page, XML or JSON, MB")
    file_size: float = Field(200.0, gt=0, le=2000, description="Largest picture or PDF, MB")
    overlap: int = Field(
        60, ge=0, description="How far a query that is repeated looks back behind its last time, for late entries, days"
    )
    pdfs: Literal["when needed", "always", "never"] = Field(
        "when needed", description="Whether to fetch PDFs: when needed is where an article's page shows no figures"
    )
    robots: bool = Field(True, description="Whether to obey robots.txt; interfaces made for programs are exempt")
    private_addresses: bool = Field(
        False, description="Whether to fetch from this machine and its own network; for tests and local mirrors"
    )
    addresses: dict[str, str] = Field(
        default_factory=dict, description="Other addresses of sources, by their names: mirrors, test servers"
    )


class PanelSettings(_Settings):
    """Separation of figures into panels."""

    crops: bool = Field(True, description="Whether to make a PNG of each panel, beside that of its figure")
    operators: bool = Field(
        True, description="Whether what a PDF draws decides on the panels where it tells them; else the picture does"
    )
    caption_labels: bool = Field(
        True, description="Whether the labels that a caption names count as evidence for the letters in the picture"
    )


class DistributionSettings(_Settings):
    """What captions say of each panel."""

    terms: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Terms to find in captions, each with its synonyms; a query brings its own",
        examples=[{"silver nanoparticle": ["Ag nanoparticle"]}],
    )
    least_letter: float = Field(
        0.7,
        ge=0,
        le=1,
        description="Chance of each lettered panel of a picture from which its letters count as evidence",
    )


class DatasetSettings(_Settings):
    """The dataset that a run ends with."""

    least_confidence: float = Field(
        0.0, ge=0, le=1, description="Least chance that a panel's words are the right ones for it to be taken"
    )
    least_panel: float = Field(0.0, ge=0, le=1, description="Least chance that a panel of a picture is one to be taken")
    overview_documents: int = Field(50, ge=1, le=1000, description="Documents on one page of the overview")


class ExecutionSettings(_Settings):
    """How a run is carried out; nothing of it changes a result."""

    shard_pages: int = Field(
        1500, ge=1, description="Pages of a shard, about a minute of work; fewer where workers would be idle"
    )
    gpu_stages_on_cpu: bool = Field(
        True, description="Whether stages for GPU workers may run on others where no worker offers a GPU"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the networks for panels run: auto takes a GPU where a worker sees one"
    )
    rounds: int = Field(
        3, ge=1, le=20, description="How often shards are tried whose work was lost with a worker or a server"
    )


class Settings(_Settings):
    """Settings of all stages."""

    captions: CaptionSettings = CaptionSettings()
    clusters: ClusterSettings = ClusterSettings()
    proposals: ProposalSettings = ProposalSettings()
    assignment: AssignmentSettings = AssignmentSettings()
    output: OutputSettings = OutputSettings()
    limits: LimitSettings = LimitSettings()


class RunSettings(Settings):
    """Settings of a run of the pipeline."""

    harvest: HarvestSettings = HarvestSettings()
    panels: PanelSettings = PanelSettings()
    distribution: DistributionSettings = DistributionSettings()
    dataset: DatasetSettings = DatasetSettings()
    execution: ExecutionSettings = ExecutionSettings()
