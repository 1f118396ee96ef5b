import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const TOLD = {
  urls: ["turn:turn.example.org:3478", "turns:turn.example.org:443"],
  username: "1800000600:s1",
  credential: "secret",
  ttl_s: 600,
  policy: "relay",
};
const WAY = {
  iceServers: [{ urls: TOLD.urls, username: TOLD.username, credential: TOLD.credential }],
  iceTransportPolicy: "relay",
};

let answer: () => Promise<Response>;
let requests: string[];
let relayConfig: typeof import("../../src/net/turn").relayConfig;

const says = (body: object, status = 200) => {
  answer = () => Promise.resolve(new Response(JSON.stringify(body), { status }));
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  requests = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    requests.push(`${init.method} ${path} ${init.body}`);
    return answer();
  });
  vi.resetModules();
  ({ relayConfig } = await import("../../src/net/turn"));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("relayConfig", () => {
  it("is what the node tells this seat", async () => {
    says(TOLD);
    expect(await relayConfig("expert")).toEqual(WAY);
    expect(requests).toEqual(['POST api/turn {"role":"expert"}']);
  });

  it("is empty where there is no relay", async () => {
    says({ urls: [], username: "", credential: "", ttl_s: 0, policy: "all" });
    expect(await relayConfig("expert")).toEqual({});
    await relayConfig("expert");
    expect(requests).toHaveLength(1);
  });

  it("is asked for once in the first half of its time, and anew after it", async () => {
    says(TOLD);
    await Promise.all([relayConfig("expert"), relayConfig("expert")]);
    vi.advanceTimersByTime(299_999);
    await relayConfig("expert");
    expect(requests).toHaveLength(1);
    vi.advanceTimersByTime(1);
    says({ ...TOLD, username: "1800000900:s1" });
    const config = await relayConfig("expert");
    expect(config.iceServers).toMatchObject([{ username: "1800000900:s1" }]);
  });

  it("is of one seat", async () => {
    says(TOLD);
    await relayConfig("expert");
    await relayConfig("observer");
    expect(requests).toHaveLength(2);
  });

  it("keeps no picture waiting when the node refuses or can't be reached", async () => {
    says({ code: "request.rate", message: "no", fix: "", retry: true }, 429);
    expect(await relayConfig("expert")).toEqual({});
    answer = () => Promise.reject(new TypeError("network"));
    expect(await relayConfig("expert")).toEqual({});
    says(TOLD);
    expect(await relayConfig("expert")).toEqual(WAY);
  });

  it("is waited for a second, and used as soon as it is there", async () => {
    let tell = (_: Response) => {};
    answer = () => new Promise((resolve) => (tell = resolve));
    const waited = relayConfig("expert");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waited).toEqual({});
    tell(new Response(JSON.stringify(TOLD)));
    expect(await relayConfig("expert")).toEqual(WAY);
    expect(requests).toHaveLength(1);
  });

  it("is used to its end when the node doesn't answer any more", async () => {
    says(TOLD);
    await relayConfig("expert");
    answer = () => Promise.reject(new TypeError("network"));
    vi.advanceTimersByTime(599_000);
    expect(await relayConfig("expert")).toEqual(WAY);
    vi.advanceTimersByTime(1_000);
    expect(await relayConfig("expert")).toEqual({});
  });
});
