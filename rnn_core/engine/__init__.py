"""The engine: one source, compiled or plain."""
