"""How far a long step is, on a clock of the test's own."""

from ais.workflow.ticker import Ticker


def test_a_line_a_minute_and_none_at_the_end(caplog):
    caplog.set_level("INFO")
    clock = [0.0]
    ticker = Ticker("images", 100, lambda: clock[0])
    for number in ticker.each(range(100)):
        clock[0] = 7.0 * number + 7
    assert [record.getMessage() for record in caplog.records][:2] == [
        "images 9 of 100; about 11 min left",  # 63 s
        "images 18 of 100; about 10 min left",
    ]
    assert len(caplog.records) == 11
    assert ticker.done == 100


def test_many_at_once(caplog):
    caplog.set_level("INFO")
    clock = [0.0]
    ticker = Ticker("worlds", 10, lambda: clock[0])
    clock[0] = 120.0
    ticker.tick(4)
    ticker.tick(6)
    assert caplog.text.count("\n") == 1 and "worlds 4 of 10; about 3 min left" in caplog.text
