from urllib.parse import urlsplit

from streaming.domain.session import SEAT_ROLES, Role
from streaming.links import PAGE_OF_ROLE, invite_link
from streaming.signaling.pages import PAGES


def test_every_role_has_a_page_that_is_served() -> None:
    assert {f"/{PAGE_OF_ROLE[role]}" for role in SEAT_ROLES} <= PAGES.keys()


def test_the_invitation_is_where_no_server_sees_it() -> None:
    link = urlsplit(invite_link("https://echo.example.org", Role.EXPERT, "s3cret"))
    assert (link.netloc, link.path, link.query) == ("echo.example.org", "/expert", "")
    assert link.fragment == "invite=s3cret"
