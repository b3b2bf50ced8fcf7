"""The data room's parts, a file each: what is wrong with the sentences, how they become words, where they come from and go."""
