"""The consult room: voices, pointers, marks, stills and the probe camera, and what they cost.

guest       a seat without a browser: its WebSocket, and packets that nobody decodes
crowd       8 speakers and many listeners, of whom each is asked whom they heard
voices      a beep of a browser's microphone, looked for in another browser's ears
pointing    a hand that moves in one page, its pointer and its marks in another, over a slow line
moments     a freeze that becomes a still, a camera that begins to film
everything  the scanner's picture with all of that going on, and without
"""
