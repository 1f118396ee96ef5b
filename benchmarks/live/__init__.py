"""The live path, measured from a picture in memory to the browser, beside its alternatives.

barcode     every picture of the phantom carries its capture time in its pixels
browser     a headless Chromium reads it from each frame that it shows
receivers   a process of many viewers that don't decode
contenders  product, stock aiortc and Janus, each fed by the same phantom
plan        which of them run, in rotated order, over and over
"""
