"""Facts and errors of the core as sentences for people, a file a part of a page. Every sentence stands here whole."""
