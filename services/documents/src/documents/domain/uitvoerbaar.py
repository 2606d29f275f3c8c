"""Extensions of what runs, or shows as a page, when it is opened."""

UITVOERBAAR = frozenset(
    {
        "bat",
        "chm",
        "cmd",
        "cpl",
        "dll",
        "dmg",
        "exe",
        "hta",
        "htm",
        "html",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "php",
        "pif",
    }
    | {"ps1", "scr", "sh", "svg", "vbe", "vbs", "wsf", "xht", "xhtml", "xll"}
)
