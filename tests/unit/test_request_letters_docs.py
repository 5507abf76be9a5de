"""The page about letters says what the forms say."""

from tests.support.request_letters_states import PAGE, page


def test_the_page_about_letters_is_current():
    assert PAGE.read_text("utf-8") == page()
