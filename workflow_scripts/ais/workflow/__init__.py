"""How a study is told and a step is started: its settings, its command line, its code's digest."""
