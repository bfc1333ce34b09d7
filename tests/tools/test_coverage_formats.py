"""LCOV and Cobertura XML as real tools write them, and what hostile or broken ones look like."""

from __future__ import annotations

import pytest

from agentgate.tools.coverage_formats import Told, told_by

#: Written by Node 20 (`--test-reporter=lcov`): every line counts, functions and branches beside it.
NODE = """\
TN:
SF:m.js
FN:1,a
FN:7,b
FNDA:1,a
FNDA:0,b
FNF:2
FNH:1
BRDA:1,0,0,1
BRDA:4,2,0,0
BRF:2
BRH:1
DA:1,1
DA:2,1
DA:5,0
DA:7,0
LH:2
LF:4
end_of_record
"""
#: Written by coverage.py 7.17 (`coverage lcov`) with branches, which it names in words.
COVERAGE_PY = """\
SF:src/shop/prices.py
DA:4,1
DA:5,1
DA:6,0
LF:3
LH:2
FN:4,9,total
FNDA:1,total
BRDA:5,0,jump to line 6,0
BRDA:5,0,jump to line 7,-
BRF:2
BRH:0
end_of_record
"""
#: By hand, in the form of Cobertura 2: a document type, methods that repeat the lines of their class.
COBERTURA = """\
<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5" branch-rate="0.5" version="2.1.1" timestamp="1">
 <sources><source>--source</source><source> /work/src </source></sources>
 <packages><package name="shop"><classes>
  <class name="shop.Prices" filename="shop/Prices.java" line-rate="0.5">
   <methods><method name="total" signature="()I"><lines><line number="3" hits="2"/></lines></method></methods>
   <lines>
    <line number="3" hits="2" branch="false"/>
    <line number="4" hits="1" branch="true" condition-coverage="50% (1/2)">
     <conditions><condition number="0" type="jump" coverage="50%"/></conditions>
    </line>
    <line number="5" hits="0" branch="true" condition-coverage="0% (0/2)"/>
   </lines>
  </class>
  <class name="shop.Prices$1" filename="shop/Prices.java"><lines><line number="5" hits="0"/></lines></class>
  <class name="shop.Empty" filename="shop/Empty.java"><lines/></class>
 </classes></package></packages>
</coverage>
"""
LINE = "SF:a\nDA:{}\nend_of_record\n"
XML = '<coverage><class filename="a"><line {}/></class></coverage>'


def read(text: str) -> Told:
    return told_by(text.encode())


def test_lcov_tells_lines_and_branches_and_the_rest_is_let_be() -> None:
    assert read(NODE).files == {"m.js": {1: True, 2: True, 4: False, 5: False, 7: False}}
    assert read(COVERAGE_PY).files == {"src/shop/prices.py": {4: True, 5: True, 6: False}}


def test_cobertura_tells_lines_of_classes_and_where_its_sources_are() -> None:
    told = read(COBERTURA)
    assert told.files == {"shop/Prices.java": {3: True, 4: True, 5: False}, "shop/Empty.java": {}}
    assert told.sources == ["--source", "/work/src"]


def test_a_line_ran_if_any_record_says_so() -> None:
    assert read("SF:a\nDA:1,0\nDA:1,3,checksum\nDA:1,0\nBRDA:2,0,0,1\nend_of_record\n" + LINE.format("3,0")).files == {
        "a": {1: True, 2: True, 3: False}
    }


def test_marks_of_order_carriage_returns_and_comments_are_let_be() -> None:
    assert read("\ufeff# geninfo\r\nSF:a b\r\nDA:1,1\r\nend_of_record\r\n").files == {"a b": {1: True}}
    assert read("\ufeff\n" + XML.format('number="1" hits="1"')).files == {"a": {1: True}}
    assert told_by(XML.format('number="1" hits="1"').encode("utf-16")).files == {"a": {1: True}}


def test_a_path_that_is_no_utf_8_stays_the_one_that_git_knows() -> None:
    assert list(told_by(b"SF:\xff.c\nDA:1,1\nend_of_record\n").files) == ["\udcff.c"]


def test_code_on_no_line_says_nothing() -> None:
    assert read(LINE.format("0,5")).files == {"a": {}}


@pytest.mark.parametrize("count", ["-1", "1.5", "1e3", "", " ", "²", "=====", "1" * 21, "9" * 5000])
def test_absurd_numbers_are_refused(count: str) -> None:
    for text in (LINE.format(f"1,{count}"), LINE.format(f"{count},1"), XML.format(f'number="1" hits="{count}"')):
        with pytest.raises(ValueError, match="for a"):
            read(text)


def test_a_line_beyond_every_source_is_refused() -> None:
    for text in (LINE.format("10000001,1"), XML.format('number="10000001" hits="1"')):
        with pytest.raises(ValueError, match="line 10000001"):
            read(text)


BROKEN = {
    "empty": ("", "is empty"),
    "blank": ("\ufeff \n", "is empty"),
    "another text": ("all covered\n", "neither LCOV nor Cobertura XML in line 1"),
    "JSON": ('{"files": {}}', "neither LCOV"),
    "half a record": (NODE[: NODE.index("LH")], "ends before the record of m.js does"),
    "a record in a record": ("SF:a\nDA:1,1\nSF:b\nend_of_record\n", "begins a file in line 3"),
    "no name": ("SF:\nend_of_record\n", "without its name"),
    "a null byte": ("SF:a\0b\nend_of_record\n", "begins a file"),
    "a count without a file": ("DA:1,1\n", "counts in line 1 for no file"),
    "a line without a count": (LINE.format("1"), "'' for a count"),
    "half a document": (COBERTURA[:700], "is no whole XML"),
    "another document": ("<testsuites><testcase/></testsuites>", "its root is testsuites"),
    "a nameless class": ("<coverage><class/></coverage>", "without a filename"),
    "a line without a number": (XML.format('hits="1"'), "'' for a line"),
    "an unknown encoding": ("<?xml version='1.0' encoding='nothing-known'?><coverage/>", "is no whole XML"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_add_up_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


def test_binary_is_refused() -> None:
    for content in (b"\x7fELF\x02\x01\x01\x00" * 100, b"\x1f\x8b\x08\x00\x00", b"<\x00\x01\x02", b"\xff\xfe\x00\xd8"):
        with pytest.raises(ValueError, match=r"neither LCOV|no whole XML"):
            told_by(content)


BOMB = '<!DOCTYPE coverage [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><coverage>&b;</coverage>'
REMOTE = '<!DOCTYPE coverage [<!ENTITY a SYSTEM "file:///etc/passwd">]><coverage><source>&a;</source></coverage>'
DEFAULT = '<!DOCTYPE coverage [<!ATTLIST line hits CDATA "1">]>' + XML.format('number="1"')
PARAMETER = '<!DOCTYPE coverage SYSTEM "x.dtd" [<!ENTITY % p SYSTEM "y.dtd"> %p;]><coverage/>'


@pytest.mark.parametrize("text", [BOMB, REMOTE, DEFAULT, PARAMETER])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_that_declares_anything_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(ValueError, match="declares entities"):
        told_by(text.encode(encoding))


def test_an_entity_of_the_dtd_elsewhere_is_never_fetched() -> None:
    told = read('<!DOCTYPE coverage SYSTEM "file:///etc/passwd"><coverage><source>a&x;b</source></coverage>')
    assert told.sources == ["ab"]
