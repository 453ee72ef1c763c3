"""Tests of the tables that kubectl shows."""
