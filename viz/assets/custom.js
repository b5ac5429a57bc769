// Solara's shell names no language and forbids zooming; both matter to readers.
document.documentElement.lang = "en-GB";
document.querySelector("meta[name=viewport]").content = "width=device-width, initial-scale=1";

// Follow the reader's light or dark setting. Solara's own setting for this ("auto") leaves out the element that the
// page is mounted on, so it starts as light and is told here, before the page is mounted.
theme.variant = "auto";
appContainer.classList.toggle("theme--dark", inDarkMode());
appContainer.classList.toggle("theme--light", !inDarkMode());
