"""Our own drawings, on a grid of 18, stroked in the colour of the text."""

ICONS = {
    "alert": '<circle cx="9" cy="9" r="7.5"/><path d="M9 5v5M9 12.4v.4"/>',
    "check": '<circle cx="9" cy="9" r="7.5"/><path d="m5.6 9.2 2.4 2.4 4.6-5"/>',
    "info": '<circle cx="9" cy="9" r="7.5"/><path d="M9 8v5M9 5.2v.4"/>',
    "clock": '<circle cx="9" cy="9" r="7.5"/><path d="M9 4.8V9l2.8 2.4"/>',
    "file": '<path d="M3.5 1.5h7l4 4v11h-11zM10.5 1.5v4h4M6 9.5h6M6 12.5h6"/>',
    "lock": '<path d="M3.5 8h11v8h-11zM5.8 8V5.2a3.2 3.2 0 0 1 6.4 0V8"/>',
    "arrow": '<path d="M2.5 9h12M10 4.5 14.5 9 10 13.5"/>',
    "up": '<path d="M3 12 9 6l6 6"/>',
    "menu": '<path d="M2 4.5h14M2 9h14M2 13.5h14"/>',
    "slipway": '<path d="M1 2.5 12 11M1 15.5h16M8 3l7 5.2" stroke-width="2.2"/>',
}
