// Notes when something happens in a page: a beep, a hand that moves, what is drawn over the picture.
// All times are performance.now().
"use strict";

(() => {
  const CLOCK_EVERY_MS = 5;
  const READ_EVERY_MS = 25;
  const WINDOW = 16_384; // samples that an ear remembers: a third of a second
  const LOUD = 0.05;
  const SILENCE_S = 0.15;

  // Beginnings of sounds after silence in any of `tracks`. A sample's time is that at which the
  // browser could have rendered it soonest: its place in the audio clock, and the least offset
  // between that clock and the page's.
  function listen(tracks) {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
    const ears = tracks.map((track) => {
      const analyser = new AnalyserNode(context, { fftSize: WINDOW });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      return { analyser, readTo_s: 0, loudAt_s: Number.NEGATIVE_INFINITY };
    });
    const samples = new Float32Array(WINDOW);
    const hearing = { onsets_s: [], offset_ms: Number.POSITIVE_INFINITY, missed: 0 };
    const read = (ear) => {
      ear.analyser.getFloatTimeDomainData(samples);
      const now_s = context.currentTime;
      const fresh = Math.round((now_s - ear.readTo_s) * context.sampleRate);
      if (ear.readTo_s && fresh > WINDOW) hearing.missed += 1;
      for (let place = Math.max(0, WINDOW - fresh); place < WINDOW; place += 1) {
        if (Math.abs(samples[place]) < LOUD) continue;
        const at_s = now_s - (WINDOW - place) / context.sampleRate;
        if (at_s - ear.loudAt_s > SILENCE_S) hearing.onsets_s.push(at_s);
        ear.loudAt_s = at_s;
      }
      ear.readTo_s = now_s;
    };
    setInterval(() => {
      hearing.offset_ms = Math.min(
        hearing.offset_ms,
        performance.now() - context.currentTime * 1000,
      );
    }, CLOCK_EVERY_MS);
    setInterval(() => ears.forEach(read), READ_EVERY_MS);
    watching.hearing = hearing;
    return context.resume();
  }

  // Where the picture is on the screen: as large as fits into the board, in its middle.
  function picture() {
    const board = document.querySelector('[data-testid="board"]').getBoundingClientRect();
    const video = document.querySelector('[data-testid="scanner-video"]');
    const scale = Math.min(board.width / video.videoWidth, board.height / video.videoHeight);
    const width = video.videoWidth * scale;
    const height = video.videoHeight * scale;
    return {
      x: board.x + (board.width - width) / 2,
      y: board.y + (board.height - height) / 2,
      width,
      height,
    };
  }

  // The own hand: when the browser had the input, and where in the picture (0 to 1).
  function hand() {
    const box = picture();
    const moves = [];
    const lifts = [];
    addEventListener(
      "pointermove",
      (event) => moves.push({ at_ms: event.timeStamp, x: (event.clientX - box.x) / box.width }),
      { capture: true },
    );
    addEventListener("pointerup", (event) => lifts.push(event.timeStamp), { capture: true });
    Object.assign(watching, { moves, lifts });
  }

  // Others' pointers and marks: when the frame began that has the change in it.
  function board() {
    const box = picture();
    const element = document.querySelector('[data-testid="board"]');
    const left = element.getBoundingClientRect().x;
    const pointed = [];
    const marked = [];
    let x;
    let marks = element.querySelector('[data-testid="marks"]').childElementCount;
    const look = () => {
      const sign = element.querySelector('[data-testid="pointers"] circle');
      const at = sign ? (Number(sign.getAttribute("cx")) + left - box.x) / box.width : undefined;
      const count = element.querySelector('[data-testid="marks"]').childElementCount;
      const moved = at !== undefined && at !== x;
      const more = count > marks;
      x = at;
      marks = count;
      if (!moved && !more) return;
      requestAnimationFrame(() => {
        const at_ms = performance.now();
        if (moved) pointed.push({ at_ms, x: at });
        if (more) marked.push(at_ms);
      });
    };
    new MutationObserver(look).observe(element, {
      attributes: true,
      childList: true,
      subtree: true,
    });
    Object.assign(watching, { pointed, marked });
  }

  // Clicks on the page, and when a lossless still is shown after them.
  function freezes() {
    const clicks = [];
    const stills = [];
    let held = false;
    addEventListener("click", (event) => clicks.push(event.timeStamp), { capture: true });
    const look = () => {
      const shown = document.querySelector('[data-testid="frozen-picture"][data-held="still"]');
      if (shown && !held) requestAnimationFrame(() => stills.push(performance.now()));
      held = Boolean(shown);
    };
    new MutationObserver(look).observe(document.body, {
      attributes: true,
      attributeFilter: ["data-held"],
      childList: true,
      subtree: true,
    });
    Object.assign(watching, { clicks, stills });
  }

  const watching = { listen, picture, hand, board, freezes };
  window.watching = watching;
})();
