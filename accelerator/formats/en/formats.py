"""Where Django itself writes a time, as in the dashboard's lists, it is on the 24-hour clock as everywhere else."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
