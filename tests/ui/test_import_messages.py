"""What the Data page says while files arrive, are read and are refused, in both languages."""

import pytest

from analytics.errors import NoCustomersError, UnreadableFileError
from ui import formats, words
from ui.importing import corrections, failures, waiting


@pytest.mark.parametrize(
    ("message", "english", "chinese"),
    [
        (
            "read 12,345 lines at 30 MB/s",
            "12,345 lines read, 30 MB/s",
            "已读取 12,345 行，30 MB/秒",
        ),
        ("typing the rows", "understanding dates and amounts", "识别日期和金额"),
        ("1,200 rows", "1,200 rows understood", "已识别 1,200 行"),
        ("building purchases", "summing up for the pages", "计算汇总表"),
        ("no such message", "no such message", "no such message"),
    ],
)
def test_a_message_of_a_job_is_said_in_words(message, english, chinese):
    with words.speaking("en"):
        assert words.phrase("job_message", message) == english
    with words.speaking("zh"):
        assert words.phrase("job_message", message) == chinese


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        (
            UnreadableFileError("a.csv", "it is empty", "export it again"),
            "不能作为表格读取：文件是空的",
        ),
        (
            NoCustomersError("a.csv", "its sales name no customer in any column (when, what, …)"),
            "这是销售数据，但没有一列写明客户（when, what……）",
        ),
        (
            UnreadableFileError(
                "a.zip", "the zip holds 812 tables, more than 500", "copy it again"
            ),
            "不能作为表格读取：压缩包里有 812 张表，最多 500 张",
        ),
    ],
)
def test_a_refused_file_says_why_without_its_name_and_in_the_readers_language(error, chinese):
    with words.speaking("zh"):
        said = failures.without_name(words.say_error(error), error.file)
    assert said.startswith(chinese)


def test_a_control_that_comes_back_decides_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n")
    seen = waiting.Look(path, corrections.Corrections())
    waiting.decide(seen, "settings", "utf-8", "encoding", shown="utf-8")
    waiting.decide(seen, "mapping", "", "channel", shown="")
    waiting.decide_word(seen, "paid", "sale", shown="sale")
    assert not corrections.of(path)
    waiting.decide(seen, "settings", "gb18030", "encoding", shown="utf-8")
    assert corrections.of(path).settings == {"encoding": "gb18030"}


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (119.4, "119 s"), (121, "3 min")])
def test_waiting_time_is_told_in_minutes_once_it_is_long(seconds, text):
    assert formats.waiting_time(seconds, "en") == text
