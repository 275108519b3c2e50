from __future__ import annotations

import pytest

from flows.placement import PlacementError, resources_for


@pytest.mark.parametrize("allow_cpu", [True, False])
def test_a_stage_that_wants_a_gpu_goes_to_workers_that_offer_one(allow_cpu: bool) -> None:
    assert resources_for("panels", True, {"GPU": 2, "disk": 1}, allow_cpu) == {"GPU": 1}


def test_other_stages_go_anywhere() -> None:
    assert resources_for("read", False, {"GPU": 1}, allow_cpu=False) == {}
    assert resources_for("read", False, {}, allow_cpu=False) == {}


@pytest.mark.parametrize("offered", [{}, {"disk": 1}, {"GPU": 0}, {"GPU": 0.5}])
def test_without_a_gpu_a_stage_goes_anywhere_only_when_it_may(offered: dict[str, float]) -> None:
    assert resources_for("panels", True, offered, allow_cpu=True) == {}
    with pytest.raises(PlacementError) as error:
        resources_for("panels", True, offered, allow_cpu=False)
    message = str(error.value)
    assert message.startswith("panels ")
    assert '--resources "GPU=1"' in message
    assert "execution.gpu_stages_on_cpu=true" in message
    assert "\n" not in message
