"""What the doors of this service work with, made once in `app.py`."""

from dataclasses import dataclass

from gongkai.runtime.kit import Kit
from gongkai.web.pages import Pages
from identity.accounts import Accounts
from identity.cards import Cards
from identity.mail import Post
from identity.service import Holidays, Organs, People


@dataclass(frozen=True, slots=True)
class Desk:
    kit: Kit
    cards: Cards
    people: People
    organs: Organs
    holidays: Holidays
    accounts: Accounts
    post: Post
    pages: Pages
