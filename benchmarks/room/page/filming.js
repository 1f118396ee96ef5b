// A camera for the bench: moving noise, with the clock of streaming/capture/barcode.py drawn into
// its upper left corner. Needs barcode_reader.js.
"use strict";

(() => {
  const WIDTH = 1280;
  const HEIGHT = 720;
  const FPS = 30;
  const NOISE = 320;
  const { CELL, COLUMNS, crc8 } = window.barcode;

  function noise() {
    const canvas = new OffscreenCanvas(NOISE, NOISE);
    const context = canvas.getContext("2d");
    const image = context.createImageData(NOISE, NOISE);
    for (let place = 0; place < image.data.length; place += 4) {
      image.data.fill(60 + Math.random() * 140, place, place + 3);
      image.data[place + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function drawClock(context, captured_us, number) {
    const bytes = new Uint8Array(8);
    let rest = captured_us;
    for (let place = 4; place >= 0; place -= 1) {
      bytes[place] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    bytes[5] = number >> 8;
    bytes[6] = number;
    bytes[7] = crc8(bytes.subarray(0, 7));
    for (let bit = 0; bit < 64; bit += 1) {
      context.fillStyle = bytes[bit >> 3] & (0x80 >> (bit & 7)) ? "white" : "black";
      context.fillRect((bit % COLUMNS) * CELL, Math.floor(bit / COLUMNS) * CELL, CELL, CELL);
    }
  }

  // `offset_us` turns performance.now() into the clock that is drawn.
  function camera(offset_us) {
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext("2d");
    const tile = noise();
    let number = 0;
    setInterval(() => {
      number += 1;
      const shift = (number * 3) % NOISE;
      context.drawImage(tile, shift, 0, NOISE - shift, 180, 0, 0, WIDTH, HEIGHT);
      drawClock(context, Math.floor(performance.now() * 1000 + offset_us), number);
    }, 1000 / FPS);
    return canvas.captureStream(FPS);
  }

  // What the page's camera sent, ten times a second from the first packet on.
  function watchSending() {
    const sent = [];
    setInterval(async () => {
      for (const peer of window.seams.peers) {
        for (const report of (await peer.getStats()).values()) {
          const films = report.type === "outbound-rtp" && report.kind === "video";
          if (films && report.bytesSent) {
            sent.push({
              at_ms: performance.now(),
              bytes: report.bytesSent,
              height: report.frameHeight ?? 0,
              allowed_bps: report.targetBitrate ?? 0,
              limits: report.qualityLimitationReason ?? "",
            });
          }
        }
      }
    }, 100);
    filming.sent = sent;
  }

  const filming = { camera, watchSending };
  window.filming = filming;
})();
