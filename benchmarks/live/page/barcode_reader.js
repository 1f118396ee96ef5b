// Reads the barcode of every frame that a video shows, the scanner's if none is named; the layout is
// that of streaming/capture/barcode.py. Installed by the bench into whichever page shows the video.
"use strict";

(() => {
  const ROWS = 4;
  const COLUMNS = 16;
  const CELL = 16;
  const PIXELS_PER_CELL = 4;

  function crc8(bytes) {
    let crc = 0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
    }
    return crc;
  }

  // The eight bytes, from the brightness of the middle of each cell.
  function bytesOf({ data, width }) {
    const bytes = new Uint8Array(8);
    for (let bit = 0; bit < 64; bit += 1) {
      const x = (bit % COLUMNS) * PIXELS_PER_CELL + 1;
      const y = Math.floor(bit / COLUMNS) * PIXELS_PER_CELL + 1;
      let level = 0;
      for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
        level += data[((y + dy) * width + x + dx) * 4 + 1];
      }
      if (level > 4 * 127) bytes[bit >> 3] |= 0x80 >> (bit & 7);
    }
    return bytes;
  }

  // null when there is no valid barcode (a black or a slate picture).
  function decode(image) {
    const bytes = bytesOf(image);
    if (crc8(bytes.subarray(0, 7)) !== bytes[7] || bytes.every((byte) => byte === 0)) return null;
    let captured_us = 0;
    for (const byte of bytes.subarray(0, 5)) captured_us = captured_us * 256 + byte;
    return { captured_us, number: bytes[5] * 256 + bytes[6] };
  }

  // Offset from performance.now() to the bench's monotonic clock, by the fastest of many pings.
  function clockOffset(url, pings = 50) {
    return new Promise((done, failed) => {
      const socket = new WebSocket(url);
      let best = { rtt_ms: Infinity, offset_us: 0 };
      let sent_ms = 0;
      const ping = () => {
        sent_ms = performance.now();
        socket.send("");
      };
      socket.onopen = ping;
      socket.onerror = () => failed(new Error("no clock"));
      socket.onmessage = ({ data }) => {
        const now_ms = performance.now();
        const rtt_ms = now_ms - sent_ms;
        if (rtt_ms < best.rtt_ms) {
          best = { rtt_ms, offset_us: Number(data) - ((now_ms + sent_ms) / 2) * 1000 };
        }
        pings -= 1;
        if (pings > 0) return ping();
        socket.close();
        done(best);
      };
    });
  }

  // `width` is that of the picture that (x, y) is in, when the video may be shown scaled.
  function watch({ x, y, width, video: selector = '[data-testid="scanner-video"]' }) {
    const video = document.querySelector(selector);
    const canvas = new OffscreenCanvas(COLUMNS * PIXELS_PER_CELL, ROWS * PIXELS_PER_CELL);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const samples = [];
    // Not the callback's own first argument: that is when the rendering step began, which may be
    // before the frame arrived, even before it was captured.
    const onFrame = (_, { expectedDisplayTime, ...shown }) => {
      const called_ms = performance.now();
      video.requestVideoFrameCallback(onFrame);
      const scale = width ? shown.width / width : 1;
      const [left, top, wide, high] = [x, y, COLUMNS * CELL, ROWS * CELL].map((n) => n * scale);
      context.drawImage(video, left, top, wide, high, 0, 0, canvas.width, canvas.height);
      const code = decode(context.getImageData(0, 0, canvas.width, canvas.height));
      samples.push({
        called_ms, expected_ms: expectedDisplayTime, width: shown.width, height: shown.height,
        captured_us: code?.captured_us ?? null, number: code?.number ?? null,
      });
    };
    video.requestVideoFrameCallback(onFrame);
    window.barcode.samples = samples;
  }

  window.barcode = { CELL, COLUMNS, crc8, clockOffset, watch, samples: [] };
})();
