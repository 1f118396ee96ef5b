import pytest

from streaming.domain.errors import BadInput, ProfileError
from streaming.domain.frame import Size
from streaming.domain.mask import Polygon, Rectangle
from streaming.domain.profile import (
    MAX_FILE_BYTES,
    ScannerProfile,
    parse_profile,
    profile_sha256,
    render_profile,
)

SHORT = """
name = "M-Turbo"
size = [1280, 720]
regions = [[160, 96, 1120, 700], [[640, 90], [1100, 690], [180, 690]]]
mm_per_pixel = 0.21
source = "HDMI grabber"
"""

LONG = """
source = "HDMI grabber"
mm_per_pixel = 0.21
size = [1280, 720]   # as captured
name = "M-Turbo"
regions = [
  {rect = [160, 96, 1120, 700]},
  {polygon = [[640, 90], [1100, 690], [180, 690]]},
]
"""

TABLES = """
name = "M-Turbo"
size = [1280, 720]
mm_per_pixel = 0.21
source = "HDMI grabber"
[[regions]]
rect = [160, 96, 1120, 700]
[[regions]]
polygon = [[640, 90], [1100, 690], [180, 690]]
"""

PROFILE = ScannerProfile(
    name="M-Turbo",
    size=Size(1280, 720),
    regions=(
        Rectangle(160, 96, 1120, 700),
        Polygon(((640, 90), (1100, 690), (180, 690))),
    ),
    mm_per_pixel=0.21,
    source="HDMI grabber",
)


@pytest.mark.parametrize("text", [SHORT, LONG, TABLES])
def test_short_and_long_form_say_the_same(text: str) -> None:
    assert parse_profile(text) == PROFILE


def test_rendered_profile_reads_back_the_same() -> None:
    assert parse_profile(render_profile(PROFILE)) == PROFILE


@pytest.mark.parametrize("name", ['a "quoted" name', "back\\slash", "Ünïcode 超音波", "#1 = [x]"])
def test_any_printable_name_survives_rendering(name: str) -> None:
    profile = ScannerProfile(name=name, size=Size(64, 48), regions=(Rectangle(0, 0, 64, 48),))
    assert parse_profile(render_profile(profile)) == profile


def test_hash_ignores_comments_order_and_form() -> None:
    assert profile_sha256(parse_profile(SHORT)) == profile_sha256(parse_profile(LONG))
    assert len(profile_sha256(PROFILE)) == 64


def test_hash_tells_regions_apart() -> None:
    moved = parse_profile(SHORT.replace("1120", "1122"))
    assert profile_sha256(moved) != profile_sha256(PROFILE)


def test_mask_has_the_size_and_regions_of_the_profile() -> None:
    assert (PROFILE.mask.size, PROFILE.mask.regions) == (PROFILE.size, PROFILE.regions)


def test_calibration_and_source_may_be_left_out() -> None:
    profile = parse_profile('name = "a"\nsize = [64, 48]\nregions = [[0, 0, 64, 48]]')
    assert (profile.mm_per_pixel, profile.source) == (None, "")


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("profile.toml", ("[1280, 720]", "[1280, ")),
        ("profile.unknown_key", ("source", "sauce")),
        ("profile.missing_key", ("size = [1280, 720]", "")),
        ("profile.size", ("[1280, 720]", "[1280, 720, 3]")),
        ("profile.size", ("[1280, 720]", "[1280.0, 720]")),
        ("profile.size", ("[1280, 720]", "[1281, 720]")),
        ("profile.size", ("[1280, 720]", "[8, 8]")),
        ("profile.size", ("[1280, 720]", "[1280, 100000]")),
        ("profile.name", ('"M-Turbo"', '""')),
        ("profile.name", ('"M-Turbo"', "7")),
        ("profile.name", ('"M-Turbo"', '" padded "')),
        ("profile.name", ('"M-Turbo"', '"two\\nlines"')),
        ("profile.name", ("M-Turbo", "x" * 81)),
        ("profile.source", ("HDMI grabber", "x" * 201)),
        ("profile.mm_per_pixel", ("0.21", "0")),
        ("profile.mm_per_pixel", ("0.21", "-1")),
        ("profile.mm_per_pixel", ("0.21", "nan")),
        ("profile.mm_per_pixel", ("0.21", "true")),
        ("profile.mm_per_pixel", ("0.21", '"0.2"')),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "[160, 96, 1120]")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "[160, 96, 1120, 700.5]")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "[160, 96, 1120, true]")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "7")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "{circle = [1, 2, 3]}")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "{rect = 7}")),
        ("profile.region_shape", ("[160, 96, 1120, 700]", "{rect = [0,0,9,9], polygon = []}")),
        ("profile.region_shape", ("[640, 90], ", "")),
        ("profile.region_shape", ("[640, 90]", "[640]")),
        ("profile.region_empty", ("[160, 96, 1120, 700]", "[160, 96, 161, 700]")),
        ("profile.region_outside", ("[160, 96, 1120, 700]", "[160, 96, 1120, 721]")),
    ],
)
def test_what_cant_be_used_is_refused_with_a_code_and_a_fix(
    code: str, change: tuple[str, str]
) -> None:
    text = SHORT.replace(*change)
    assert text != SHORT
    with pytest.raises(BadInput) as caught:
        parse_profile(text)
    assert caught.value.code == code
    assert caught.value.fix and str(caught.value)


def test_regions_that_arent_a_list_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse_profile('name = "a"\nsize = [64, 48]\nregions = 3')
    assert caught.value.code == "profile.region_shape"


def test_no_regions_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse_profile('name = "a"\nsize = [64, 48]\nregions = []')
    assert caught.value.code == "profile.region_missing"


def test_a_huge_file_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BadInput) as caught:
        parse_profile("[" * (MAX_FILE_BYTES + 1))
    assert caught.value.code == "profile.too_large"


@pytest.mark.parametrize("value", ["false", '"yes"', "1"])
def test_proposal_that_nobody_confirmed_is_refused(value: str) -> None:
    text = f'confirmed = {value}\nname = "X"\nsize = [64, 64]\nregions = [[0, 0, 32, 32]]\n'
    with pytest.raises(ProfileError) as refused:
        parse_profile(text)
    assert refused.value.code == "profile.unconfirmed" and refused.value.fix
    assert parse_profile(text.replace(f"confirmed = {value}", "confirmed = true")).name == "X"


@pytest.mark.parametrize(
    "rows", ['"x"', "[]", "[1]", str(["0" * 32] * 17), str(["0" * 31] * 18), str(["4" * 32] * 18)]
)
def test_layout_that_cannot_be_is_refused(rows: str) -> None:
    with pytest.raises(ProfileError) as refused:
        parse_profile(SHORT + f"layout = {rows}\n")
    assert refused.value.code == "profile.layout"


def test_layout_is_part_of_the_canonical_form() -> None:
    rows = ["0" * 32] * 17 + ["." * 16 + "0123" * 4]
    profile = parse_profile(SHORT + f"layout = {rows}\n")
    assert profile.layout is not None and profile.layout.rows == tuple(rows)
    assert parse_profile(render_profile(profile)) == profile
    assert profile_sha256(profile) != profile_sha256(parse_profile(SHORT))
