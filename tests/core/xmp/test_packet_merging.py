import codecs
import xml.etree.ElementTree as ET
from difflib import ndiff
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosort.core.errors import SidecarError
from photosort.core.xmp.facts import SEPARATOR, distinct, key_of, normal_keyword
from photosort.core.xmp.packet import merged, read
from tests.core.xmp.examples import ALL, DARKTABLE, DIGIKAM, EXIFTOOL, LIGHTROOM, RDF, bag, packet

DC = "{http://purl.org/dc/elements/1.1/}"
LR = "{http://ns.adobe.com/lightroom/1.0/}"
OTHERS = ("{http://www.digikam.org/ns/1.0/}TagsList", "{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP")
SETS = "{http://ns.iview-multimedia.com/mediapro/1.0/}CatalogSets"
KEPT = [f"{DC}subject", f"{LR}hierarchicalSubject", *OTHERS, SETS]


def rest_of(data):
    """All of a packet but the lists of keywords, written in one way only."""
    text = data if isinstance(data, str) else data.decode(encoding_of(data))
    return ET.canonicalize(
        text.removeprefix("\ufeff"), with_comments=True, exclude_tags=KEPT, exclude_attrs=KEPT, strip_text=True
    )


def encoding_of(data):
    return "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"


def words(data, name):
    root = ET.fromstring(data)
    return [item.text for item in root.findall(f".//{name}//{{{RDF}}}li")]


def lines_gone(before, after):
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


def test_a_new_packet_says_it_flat_and_with_levels():
    data = merged(None, ["Places|Italy", "summer"])

    assert words(data, f"{DC}subject") == ["Places", "Italy", "summer"]
    assert words(data, f"{LR}hierarchicalSubject") == ["Places|Italy", "summer"]
    assert read(data).keywords == ("Places|Italy", "summer")


@pytest.mark.parametrize("program", ALL)
def test_nothing_of_another_program_is_lost(program):
    before = ALL[program].encode()

    after = merged(before, ["sorted|by me"])

    assert rest_of(after) == rest_of(before)
    assert read(after).keywords == (*read(before).keywords, "sorted|by me")
    assert (read(after).rating, read(after).colour) == (read(before).rating, read(before).colour)


@pytest.mark.parametrize("program", ["digiKam", "darktable", "Lightroom", "exiftool"])
def test_not_one_line_of_another_program_is_touched(program):
    before = ALL[program]

    after = merged(before.encode(), ["sorted|by me"]).decode()

    assert lines_gone(before, after) == []


@pytest.mark.parametrize("program", ALL)
def test_twice_is_once(program):
    once = merged(ALL[program].encode(), ["fox", "Places|Italy"])

    assert merged(once, ["fox", "Places|Italy"]) == once
    assert merged(once, ["places|ITALY"]) == once


def test_what_is_there_already_changes_nothing():
    before = DIGIKAM.encode()

    assert merged(before, ["Summer", "places|italy|rome"]) is not None
    assert read(merged(before, ["Summer"])) == read(before)
    assert words(merged(before, ["Summer"]), f"{LR}hierarchicalSubject") == ["Places|Italy|Rome", "summer"]


def test_nothing_to_add_leaves_the_bytes_as_they_are():
    for text in ALL.values():
        assert merged(text.encode(), []) == text.encode()
        assert merged(text.encode(), ["  ", "|"]) == text.encode()


def test_new_lines_are_indented_like_their_neighbours():
    after = merged(EXIFTOOL.encode(), ["sea"]).decode()
    assert "\n    <rdf:li>M&amp;M</rdf:li>\n    <rdf:li>sea</rdf:li>\n   </rdf:Bag>\n" in after

    after = merged(LIGHTROOM.encode(), ["sea"]).decode()
    assert (
        '\n   <dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/">\n    <rdf:Bag>\n     <rdf:li>sea</rdf:li>\n'
        in after
    )


def test_lists_of_other_programs_get_the_keyword_too():
    after = merged(DIGIKAM.encode(), ["Places|Spain"])

    for name in OTHERS:
        assert words(after, name)[-1] == "Places/Spain"
    assert words(after, SETS)[-1] == "Places|Spain"


def test_lists_of_other_programs_are_not_begun():
    after = merged(DARKTABLE.encode(), ["sea"])

    assert b"TagsList" not in after
    assert b"LastKeywordXMP" not in after


def test_a_new_list_with_levels_takes_in_the_words_that_were_there():
    after = merged(EXIFTOOL.encode(), ["sea"])

    assert words(after, f"{LR}hierarchicalSubject") == ["boat", "M&M", "sea"]


def test_a_keyword_that_is_an_attribute_becomes_a_list():
    before = packet(attributes="""dc:subject='"old" &amp; > new' xmp:Rating="3" """)

    after = merged(before, ["sea"])

    assert words(after, f"{DC}subject") == ['"old" & > new', "sea"]
    assert read(after) == read(packet(bag("dc:subject", '"old" &amp; > new', "sea"), 'xmp:Rating="3"'))
    assert rest_of(after) == rest_of(before)


@pytest.mark.parametrize(
    "value",
    ["<dc:subject/>", "<dc:subject></dc:subject>", "<dc:subject><rdf:Bag/></dc:subject>", bag("dc:subject"), ""],
)
def test_an_empty_list_is_filled(value):
    assert words(merged(packet(value), ["sea"]), f"{DC}subject") == ["sea"]


def test_a_keyword_without_a_list_gets_one():
    before = packet("<dc:subject>old &#x26; <!-- so --><![CDATA[<new>]]></dc:subject>")

    after = merged(before, ["sea"])

    assert words(after, f"{DC}subject") == ["old & <new>", "sea"]
    assert b"old &#x26; <!-- so --><![CDATA[<new>]]>" in after


@pytest.mark.parametrize("inside", ["<rdf:RDF{}/>", "<rdf:RDF{}></rdf:RDF>"])
def test_a_packet_that_describes_nothing_yet_is_filled(inside):
    rdf = inside.format(f' xmlns:rdf="{RDF}"')

    assert read(merged(f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf}</x:xmpmeta>'.encode(), ["a|b"])).keywords == ("a|b",)


def test_rdf_without_a_prefix_stays_so():
    before = (
        f'<RDF xmlns="{RDF}"><Description xmlns:r="{RDF}" r:about="" xmlns:lr="http://example.org/other"/></RDF>'
    ).encode()

    after = merged(before, ["a|b"])

    assert read(after).keywords == ("a|b",)
    assert words(after, f"{LR}hierarchicalSubject") == ["a|b"]


def test_comments_instructions_and_entities_stay_as_they_are_written():
    before = packet("<!-- a < b --><?keep me?><lr:x>&#233;&apos;&quot;</lr:x>" + bag("dc:subject", "&#xe9;"))

    after = merged(before, ["sea"])

    for piece in (b"<!-- a < b -->", b"<?keep me?>", b"<lr:x>&#233;&apos;&quot;</lr:x>", b"<rdf:li>&#xe9;</rdf:li>"):
        assert piece in after


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_stays(encoding):
    before = LIGHTROOM.encode(encoding)

    after = merged(before, ["雪"])

    assert after[:2] == before[:2]
    assert read(after).keywords == ("雪",)
    assert after.decode(encoding).count("雪") == 2


def test_what_an_old_encoding_cannot_say_is_written_by_number():
    before = ('<?xml version="1.0" encoding="ISO-8859-1"?>' + packet(bag("dc:subject", "Bär")).decode()).encode(
        "latin-1"
    )

    after = merged(before, ["Ärger", "雪"])

    assert after.startswith(before[:44])
    assert "Ärger".encode("latin-1") in after
    assert b"&#38634;" in after
    assert read(after).keywords == ("Bär", "Ärger", "雪")


def test_a_form_that_is_not_understood_is_left_alone():
    strange = '<dc:subject rdf:parseType="Resource"><lr:a>b</lr:a></dc:subject>'

    with pytest.raises(SidecarError, match="dc:subject"):
        merged(packet(strange), ["sea"])


@pytest.mark.parametrize("damaged", [b"", b"<a>", DIGIKAM.encode()[:-9], b"<!DOCTYPE x []>" + packet()])
def test_a_damaged_packet_is_refused_even_where_nothing_is_added(damaged):
    for add in ([], ["sea"]):
        with pytest.raises(SidecarError):
            merged(damaged, add)


KEYWORDS = st.lists(st.text(max_size=20), max_size=5)
"""Of any script, with control characters, surrogates and whatever else there is."""


@given(KEYWORDS)
def test_keywords_of_any_script_come_back(keywords):
    wanted = distinct(normal_keyword(keyword) for keyword in keywords)

    assert read(merged(None, keywords)).keywords == wanted


@given(KEYWORDS, KEYWORDS, st.sampled_from(sorted(ALL)), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_keywords_add_up_and_nothing_else_changes(first, second, program, encoding):
    before = ALL[program].encode(encoding)

    once = merged(before, first)
    both = merged(once, second)

    keys = [key_of(keyword) for keyword in read(both).keywords]
    wanted = distinct(normal_keyword(keyword) for keyword in (*read(before).keywords, *first, *second))
    assert [key for key in keys if key in set(map(key_of, wanted))] == list(map(key_of, wanted))
    assert merged(both, [*second, *first]) == both
    assert rest_of(both) == rest_of(before)
    assert both.decode(encoding).encode(encoding) == both


XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)


@st.composite
def packets(draw):
    """Packets of all shapes: keywords as attribute, element or any list, among properties of strangers."""
    keywords = [word for word in draw(st.lists(XML_TEXT, max_size=4)) if normal_keyword(word)]
    form = draw(st.sampled_from(["none", "attribute", "element", "Bag", "Seq"]))
    attributes, properties = 'xmp:Rating="3"', []
    if form == "attribute" and keywords:
        attributes += f" dc:subject={quoteattr(keywords[0])}"
    elif form == "element" and keywords:
        properties.append(f"<dc:subject>{escape(keywords[0])}</dc:subject>")
    elif form in ("Bag", "Seq"):
        properties.append(bag("dc:subject", *map(escape, keywords), kind=form))
    properties += [
        f"<s:p xmlns:s='http://example.org/s' s:a={quoteattr(strange)}><!--c-->{escape(strange)}</s:p>"
        for strange in draw(st.lists(XML_TEXT, max_size=3))
    ]
    gap = draw(st.sampled_from(["", "\n  ", "\r\n\t"]))
    return packet(gap + gap.join(draw(st.permutations(properties))) + gap, attributes)


@given(packets(), KEYWORDS)
def test_packets_of_any_shape_keep_what_they_hold(before, add):
    after = merged(before, add)

    had = [key_of(keyword) for keyword in read(before).keywords]
    has = [key_of(keyword) for keyword in read(after).keywords]
    levels = {key_of(level) for keyword in read(after).keywords for level in keyword.split(SEPARATOR)}
    assert all(key in has or key in levels for key in had)
    assert {key_of(normal_keyword(keyword)) for keyword in add} - {""} <= set(has)
    assert rest_of(after) == rest_of(before)
    assert merged(after, add) == after
