# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Generated networks, unpruned, on the host: bit for bit what upstream's lowering gives."""

import pytest

NETWORKS = 110
CHAINS = 20
JOBS = [("network", seed) for seed in range(NETWORKS)] + [("chain", s) for s in range(CHAINS)]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job[0]}-{job[1]}")
def test_equals_upstream(job, host_results):
    """To reproduce: `python3 generate.py SEED [--chain]` prints the network."""
    failure = host_results[job].result()[job]
    assert not failure, failure
