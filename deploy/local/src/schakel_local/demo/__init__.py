"""The demo of ``make up``: a fictional SWV is loaded and three hulpvragen travel through everything.

``world`` who there is · ``load`` puts them in · ``people`` works in the portal's API as they do · ``story`` what happens ·
``table`` reads from the databases what happened.
"""
