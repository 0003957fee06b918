"""The app: levers and the whole language of regimes in a browser, true runs beside emulated ones, and stored studies.

`serve.py` starts Streamlit on this machine alone; `main.py` is what it shows, a view a module in `views`. `worker.py`
is the process that runs regimes truly, `jobs.py` how the app starts, asks and cancels it. `asked.py` is what a session
asks for; `telling.py` and `editing.py` hold what needs no browser: words, tables, and regimes as text.
"""
