"""The printed state tables are those of the code."""

import pytest
from tests.support.publication_states import FOLDER, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_printed_table_is_not_stale(name):
    assert (FOLDER / name).read_text("utf-8") == pages()[name], "run: python -m tests.support.publication_states"
