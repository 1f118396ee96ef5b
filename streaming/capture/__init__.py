"""Where pictures come from: one module per kind of source, all behind ``picture.source.Source``.

``spec.open_source`` turns a SPEC string (``phantom:``, ``file:clip.dcm``, ``v4l2:/dev/video0``)
into a source; ``devices.list_devices`` says what is plugged in.
"""
