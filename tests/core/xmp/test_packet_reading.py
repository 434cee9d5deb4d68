import codecs

import pytest

from photosort.core.errors import SidecarError
from photosort.core.xmp import document
from photosort.core.xmp.facts import REJECTED, WrittenFacts
from photosort.core.xmp.packet import read
from tests.core.xmp.examples import ALL, bag, packet

SAID = {
    "digiKam": WrittenFacts(4, "green", ("Places|Italy|Rome", "summer")),
    "darktable": WrittenFacts(REJECTED, "yellow", ("Animals|fox",)),
    "Lightroom": WrittenFacts(5, "Zu drucken", ()),
    "Windows": WrittenFacts(5, "", ("Garten", "B\xe4r")),
    "exiftool": WrittenFacts(2, "red", ("boat", "M&M")),
}


@pytest.mark.parametrize("program", ALL)
def test_what_other_programs_write_is_understood(program):
    assert read(ALL[program].encode()) == SAID[program]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_of_unicode_is_read(encoding):
    assert read(ALL["Windows"].encode(encoding)) == SAID["Windows"]


def test_an_old_encoding_is_read_where_it_is_declared():
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + packet(bag("dc:subject", "Bär")).decode()

    assert read(text.encode("latin-1")).keywords == ("Bär",)


def test_padding_and_zero_bytes_behind_a_packet_do_no_harm():
    assert read(ALL["exiftool"].encode() + b"\n" + b" " * 2000 + bytes(3)) == SAID["exiftool"]


@pytest.mark.parametrize(
    ("written", "stars"),
    [("3", 3), ("3.0", 3), ("0", 0), ("-1", -1), ("-3", -1), ("17", 5), ("", None), ("NaN", None), ("many", None)],
)
def test_stars_are_taken_as_attribute_and_as_element(written, stars):
    assert read(packet(attributes=f'xmp:Rating="{written}"')).rating == stars
    assert read(packet(f"<xmp:Rating>{written}</xmp:Rating>")).rating == stars


@pytest.mark.parametrize(("percent", "stars"), [(0, 0), (1, 1), (25, 2), (50, 3), (75, 4), (99, 5), (100, 5)])
def test_windows_tells_stars_in_percent(percent, stars):
    assert read(packet(attributes=f'MicrosoftPhoto:Rating="{percent}"')).rating == stars


def test_adobes_stars_win_over_those_of_windows():
    assert read(packet(attributes='xmp:Rating="2" MicrosoftPhoto:Rating="99"')).rating == 2


@pytest.mark.parametrize(("number", "colour"), [(0, ""), (1, "red"), (6, "magenta"), (9, "white"), (10, ""), (-1, "")])
def test_digikam_tells_colours_by_number(number, colour):
    assert read(packet(attributes=f'digiKam:ColorLabel="{number}"')).colour == colour


@pytest.mark.parametrize("kind", ["Bag", "Seq", "Alt"])
def test_keywords_may_stand_in_any_list(kind):
    assert read(packet(bag("dc:subject", "a", "b", kind=kind))).keywords == ("a", "b")


def test_one_keyword_may_stand_without_a_list():
    assert read(packet("<dc:subject>alone</dc:subject>")).keywords == ("alone",)
    assert read(packet(attributes='dc:subject="alone"')).keywords == ("alone",)


def test_a_keyword_with_qualifiers_is_its_value():
    item = '<rdf:li rdf:parseType="Resource"><rdf:value>sea</rdf:value><lr:weight>3</lr:weight></rdf:li>'

    assert read(packet(f"<dc:subject><rdf:Bag>{item}</rdf:Bag></dc:subject>")).keywords == ("sea",)


def test_words_that_are_levels_of_a_keyword_are_not_told_twice():
    both = bag("lr:hierarchicalSubject", "Places|Italy") + bag("dc:subject", "italy", "Places", "blue")

    assert read(packet(both)).keywords == ("Places|Italy", "blue")


def test_a_level_is_told_where_it_is_a_keyword_of_its_own():
    both = bag("lr:hierarchicalSubject", "Places|Italy", "Italy") + bag("dc:subject", "Places", "Italy")

    assert read(packet(both)).keywords == ("Places|Italy", "Italy")


def test_the_same_keyword_in_another_case_or_form_is_one():
    assert read(packet(bag("dc:subject", "Été", "été", "E\u0301te\u0301"))).keywords == ("Été",)


def test_blank_keywords_and_levels_are_none():
    assert read(packet(bag("lr:hierarchicalSubject", " ", "|", " Places || Rome "))).keywords == ("Places|Rome",)


def test_other_prefixes_mean_the_same():
    text = packet(bag("dc:subject", "sea")).decode()
    text = text.replace("rdf:", "r:").replace(":rdf=", ":r=").replace("dc:", "elements:").replace(":dc=", ":elements=")

    assert read(text.encode()).keywords == ("sea",)


def test_a_prefix_of_another_namespace_means_something_else():
    text = packet(bag("dc:subject", "sea")).replace(b"http://purl.org/dc/elements/1.1/", b"http://example.org/dc/")

    assert read(text).keywords == ()


def test_a_property_inside_of_another_one_is_not_the_photos():
    inner = '<lr:part rdf:parseType="Resource"><xmp:Rating>4</xmp:Rating></lr:part>'

    assert read(packet(inner)).rating is None


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;">' % (99 + i, 98 + i - (i == 0), 97 + i, 97 + i) for i in range(3))
    + b"]>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (bytes(10), "empty"),
        (b"<a>", "damaged"),
        (packet()[:-20], "damaged"),
        (b"not xml", "damaged"),
        (b"<html><body/></html>", "rdf:RDF"),
        (b"<x:xmpmeta/>", "stands for"),
        (codecs.BOM_UTF8 + b"<a>\xff</a>", "UTF-8"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "rot13"),
        (BOMB + packet(), "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + packet(), "document type"),
        (b"<a>" * 5000, "in one another"),
    ],
)
def test_what_is_no_sound_xmp_is_refused_with_a_reason(data, reason):
    with pytest.raises(SidecarError, match=reason):
        read(data)


def test_far_too_many_elements_are_refused_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr(document, "_MOST_ELEMENTS", 1000)

    with pytest.raises(SidecarError, match="1,000 elements"):
        read(packet(bag("dc:subject", *("a" * 2000))))


def test_keywords_and_labels_that_are_none_are_passed_over():
    facts = read(packet(bag("dc:subject", "x" * 600, "sea"), f'xmp:Label="{"y" * 600}" digiKam:ColorLabel="1"'))

    assert facts == WrittenFacts(None, "red", ("sea",))


def test_an_entity_that_nobody_declared_is_damage():
    with pytest.raises(SidecarError, match="entity"):
        read(packet(bag("dc:subject", "&sea;")))
