// Where the bench gets hold of a page: installed before the page's own scripts run.
// `slowPort`, if set before, is where its WebSocket connects instead.
"use strict";

(() => {
  // `microphones` that were opened, `lanes` of others' voices, `peers` that were made. `camera`
  // makes the stream that a camera would give.
  const seams = { microphones: [], lanes: [], peers: [], unplugged: false, camera: null };

  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...how) {
      super(...how);
      seams.peers.push(this);
      this.addEventListener("track", ({ track, transceiver }) => {
        if (transceiver.mid.startsWith("lane")) seams.lanes.push(track);
      });
    }
  };

  window.WebSocket = class extends window.WebSocket {
    constructor(address, ...how) {
      const url = new URL(address, location.href);
      if (window.slowPort && url.pathname.endsWith("/api/ws")) url.port = window.slowPort;
      super(url, ...how);
    }
  };

  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    if (wanted.video && seams.camera) return seams.camera();
    if (seams.unplugged) throw new DOMException("the bench unplugged it", "NotFoundError");
    const stream = await ask(wanted);
    seams.microphones.push(...stream.getAudioTracks());
    return stream;
  };

  // As a microphone whose plug is pulled and put in again.
  seams.unplug = () => {
    seams.unplugged = true;
    for (const track of seams.microphones.splice(0)) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  };
  seams.plug = () => {
    seams.unplugged = false;
    devices.dispatchEvent(new Event("devicechange"));
  };

  // Sums of what all peer connections of the page did so far.
  seams.counts = async () => {
    const counts = { heard: 0, spoken: 0, seen: 0 };
    for (const peer of seams.peers) {
      for (const report of (await peer.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "audio") {
          counts.heard += report.packetsReceived;
        }
        if (report.type === "inbound-rtp" && report.mid === "camera") {
          counts.seen += report.framesDecoded;
        }
        if (report.type === "outbound-rtp" && report.kind === "audio") {
          counts.spoken += report.packetsSent;
        }
      }
    }
    return counts;
  };

  window.seams = seams;
})();
