"""Comments by the tokenizer, and by guess where it gives up."""

from __future__ import annotations

from agentgate.tools.python_comments import Comment, comments


def test_a_comment_knows_its_place() -> None:
    source = '# one\n"""# none"""\nx = "# none"  # two\n    # three\n'
    assert comments(source) == (
        Comment("# one", 1, 0, is_alone=True, is_first=True),
        Comment("# two", 3, 14, is_alone=False, is_first=False),
        Comment("# three", 4, 4, is_alone=True, is_first=False),
    )


def test_where_the_tokenizer_gives_up_every_mark_counts() -> None:
    found = comments("x = 1  # one\n  y = 2\n z = 3  # two\n# three\n")
    assert [(c.text, c.line) for c in found] == [("# one", 1), ("# two", 3), ("# three", 4)]
    assert comments("# one\nx = (\n")[0].text == "# one"
