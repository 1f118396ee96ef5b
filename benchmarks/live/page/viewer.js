// A receive-only viewer without signalling of its own: the bench carries the descriptions.
"use strict";

let peer;

function connect() {
  peer = new RTCPeerConnection();
  peer.ontrack = ({ track }) => {
    document.querySelector("video").srcObject = new MediaStream([track]);
  };
}

function gathered() {
  if (peer.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((done) => {
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState === "complete") done();
    });
  });
}

// Offer to receive one video in `codec` ("VP8" or "H264"); the description with its candidates.
async function offer(codec) {
  connect();
  const transceiver = peer.addTransceiver("video", { direction: "recvonly" });
  const { codecs } = RTCRtpReceiver.getCapabilities("video");
  const wanted = codecs.filter(({ mimeType }) => mimeType === `video/${codec}`);
  transceiver.setCodecPreferences(wanted);
  await peer.setLocalDescription();
  await gathered();
  return peer.localDescription.sdp;
}

async function accept(sdp) {
  await peer.setRemoteDescription({ type: "answer", sdp });
}

async function answer(sdp) {
  connect();
  await peer.setRemoteDescription({ type: "offer", sdp });
  await peer.setLocalDescription();
  await gathered();
  return peer.localDescription.sdp;
}
