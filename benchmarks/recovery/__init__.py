"""How long the picture is away when something ends, hangs or starts again."""
