"""Small pieces of the page. Native HTML wherever it serves: it is what assistive technology knows best."""
