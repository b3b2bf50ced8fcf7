"""The command line, python -m rnn_core: one file for each command. Only here does the package print."""
