# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pytest

from rtwmc import installed


@pytest.fixture(scope="session")
def compiler() -> None:
    """Skips where there is no compiler."""
    try:
        installed.tool("rtwmc-compile")
    except installed.NotInstalledError as error:
        pytest.skip(str(error))
