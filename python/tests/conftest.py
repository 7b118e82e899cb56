# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pytest

from rtwmc import installed

# The files that take longest, from the longest on. They come first: one that is begun last keeps a processor waiting.
LONGEST = ["test_tune.py", "test_qemu.py", "test_certificate.py", "test_search.py", "test_train.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def compiler() -> None:
    """Skips where there is no compiler."""
    try:
        installed.tool("rtwmc-compile")
    except installed.NotInstalledError as error:
        pytest.skip(str(error))
