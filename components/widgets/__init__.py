"""The registry of widgets and one file a widget."""
