"""What travels into the project's interpreter: Python 3.9 and later, standard library only, imports nothing of ours.

The files lie beside one another and import one another by bare name; `witness` and `experiment` are started by path.
"""
