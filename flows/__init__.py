"""The ways in: schedules and command line. Wires the other packages, decides nothing, holds no SQL."""
