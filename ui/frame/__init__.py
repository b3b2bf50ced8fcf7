"""What stands around every page: navigation, storage in the browser, sharing, charts and settings' widgets."""
