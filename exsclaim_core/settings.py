"""One pydantic model a stage: each field's description, unit and bounds are its documentation and its form."""

from __future__ import annotations

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
    label_gap: float = Field(4.0, gt=0, description="Largest gap between a label and its title on one line, in font sizes")


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


class Settings(_Settings):
    """Settings of all stages."""

    captions: CaptionSettings = CaptionSettings()
    proposals: ProposalSettings = ProposalSettings()
    assignment: AssignmentSettings = AssignmentSettings()
