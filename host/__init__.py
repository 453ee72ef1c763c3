"""Runs the functions of function_app.py on one machine, without Azure."""
